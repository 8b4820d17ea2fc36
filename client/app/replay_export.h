// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QPointF>
#include <optional>

#include "client/app/watermark.h"
#include "client/clip/clip_encoder.h"
#include "client/core/replay.h"

namespace sudare::client {

// What of a recording, and where to; times are milliseconds since its start.
struct ExportWish {
    quint32 from_ms = 0;
    std::optional<quint32> to_ms;  // nothing: one picture, as PNG; else a clip, as WebM
    QString out;                   // a new file
    QString reviewer;              // is written over every picture
};

// "83", "1:23", "0:01:23.5": from the recording's start. nullopt: none of these.
std::optional<quint32> parse_position(const QString& text);
// `clip`: "FROM-TO". Errors: kBadInput, naming the option.
Result<ExportWish> parse_export(const QString& clip, const QString& frame, const QString& out,
                                const QString& reviewer);

// Writes one picture or a clip of a recording that is open, marked over the whole picture and in a
// line below it with who made it, when, of which session and of what moment. One thread.
class ReplayExport : public QObject {
    Q_OBJECT
public:
    // key: short name of the key that opened it, for the line below the pictures.
    ReplayExport(Replay& replay, ExportWish wish, QString key);
    void start();

    static constexpr quint32 kClipMsMax = 60 * 60 * 1000;
    static constexpr int kLineHeight = 28;  // pixels below the picture
    // The picture as it is written; `at_ms` says which moment it is.
    [[nodiscard]] QImage marked(const QImage& picture, quint32 at_ms);

Q_SIGNALS:
    void progress(int percent);
    void done();
    void failed(const QString& why);

private:
    void arrived(quint32 at_ms, quint32 sequence);
    void give_up(const QString& why);
    Result<void> write_frame();
    Result<void> write_clip(quint32 at_ms, quint32 sequence);
    [[nodiscard]] QString line(quint32 at_ms) const;

    Replay& replay_;
    ExportWish wish_;
    QString key_, made_;
    Watermark mark_;
    std::optional<ClipEncoder> clip_;
    QSize size_;  // of the clip's first picture, as recorded
    std::optional<QPointF> pointer_;
    bool moved_ = false, over_ = false;
    quint32 at_ = 0;  // what was asked for last
    std::optional<quint32> written_ms_, written_sequence_;
    int percent_ = -1;
};

}  // namespace sudare::client

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QFile>
#include <QObject>
#include <QTimer>
#include <functional>
#include <memory>
#include <optional>

#include "client/core/decoder_client.h"
#include "protocol/recording/opener.h"
#include "protocol/wire/messages.h"

namespace sudare::client {

// A recording on the viewer's own decoder: what was shown, at the speed of that time or faster. The
// file may be hostile until its seal was opened, and even then it goes through the same checks as
// what comes from a gateway. Positions are milliseconds since the recording's start. One thread.
class Replay : public QObject {
    Q_OBJECT
public:
    using WorkerFactory = std::function<std::unique_ptr<platform::WorkerProcess>()>;
    explicit Replay(WorkerFactory make_worker, QObject* parent = nullptr);
    ~Replay() override;

    // Maps the file and opens its seal; begins at its first picture, paused. Errors: as of
    // recording::Opener, and kNotFound.
    Result<void> open(const QString& path, const recording::SecretKey& secret);

    [[nodiscard]] const recording::Header& header() const { return opener_->header(); }
    [[nodiscard]] recording::Opener::End end() const { return opener_->end(); }
    [[nodiscard]] quint32 duration_ms() const { return opener_->duration_ms(); }
    // Positions at which a whole picture stands: where a seek is immediate.
    [[nodiscard]] std::vector<quint32> whole_pictures() const;

    void play();
    void pause();
    void set_speed(double times);  // kSpeedMin..kSpeedMax
    // One update further, or back, and stands there; at either end it stays.
    void step(bool forward);
    // Goes to the last whole picture before it, and from there, as fast as can be, forward.
    void seek(quint32 position_ms);

    static constexpr double kSpeedMin = 0.5, kSpeedMax = 8;
    [[nodiscard]] bool playing() const { return playing_; }
    [[nodiscard]] double speed() const { return speed_; }
    [[nodiscard]] quint32 position_ms() const { return position_; }
    [[nodiscard]] const QImage& picture() const { return decoder_.canvas().image(); }
    // Everything up to the position is in the picture.
    [[nodiscard]] bool settled() const { return settled_; }

Q_SIGNALS:
    void position_changed(quint32 position_ms);
    void playing_changed(bool playing);
    void presented(const sudare::client::Presented& presented);
    void cursor_changed(sudare::wire::Cursor cursor);
    void pointer_moved(const sudare::wire::PointerMove& position);
    void button_changed(const sudare::wire::PointerButton& button);
    void notice(const sudare::wire::Notice& notice);
    // The picture is that of the position, which does not move by itself now.
    void arrived(quint32 position_ms, quint32 sequence);
    // kBadInput: a segment was changed, or holds what no viewer was shown. It stays where it is.
    void failed(const QString& diagnostic);

private:
    void restart(std::size_t segment);
    void step_back();
    [[nodiscard]] std::optional<std::size_t> updates_in(std::size_t from, std::size_t to);
    void tick();
    void feed();
    void settle();
    bool load(std::size_t segment);
    bool take(const recording::Entry& entry);
    void fail_with(const QString& diagnostic);
    [[nodiscard]] std::size_t segment_for(quint32 position_ms) const;

    WorkerFactory make_worker_;
    QFile file_;
    std::optional<recording::Opener> opener_;
    DecoderClient decoder_;
    QTimer clock_;
    QElapsedTimer since_;  // the last tick
    quint32 position_ = 0;
    double fraction_ = 0;  // of a millisecond, at higher speeds
    double speed_ = 1;
    bool playing_ = false, settled_ = false, failed_ = false;
    std::size_t segment_ = 0, entry_ = 0;              // the next one
    std::optional<recording::Opener::Opened> opened_;  // segment_
    // Since the last whole picture, which is in segment run_: updates that the decoder has got. While
    // steps_ is there it, and not the position, says how many more it gets.
    std::size_t run_ = 0, updates_ = 0;
    std::optional<std::size_t> steps_;
    std::size_t in_decoder_ = 0;
    quint32 sequence_ = 0;
    QString diagnostic_;  // of the failure
};

}  // namespace sudare::client

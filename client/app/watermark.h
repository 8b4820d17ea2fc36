// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPixmap>
#include <QRegion>
#include <QString>

#include "protocol/wire/messages.h"

class QPainter;

namespace sudare::client {

// Who looks at this, where and when, over the whole picture: it makes a photograph of the screen
// traceable. Slanted so that it crosses no line of text for long, faint so that one can read
// through it, with a dark and a light edge so that it shows on any background.
class Watermark {
public:
    struct Facts {
        quint8 fields = 0;  // ipc::WatermarkField bits, as in wire::SessionState; 0: none
        QString user;
        QString terminal;
        quint64 session = 0;
        QString time;  // "2026-11-25 09:41"; the owner changes it each minute
        friend bool operator==(const Facts&, const Facts&) = default;
    };

    // True when the mark looks different now.
    bool set(const Facts& facts);
    [[nodiscard]] bool shown() const { return facts_.fields != 0; }
    [[nodiscard]] bool shows_time() const;
    [[nodiscard]] QString text() const;  // lines joined by two spaces

    // Over `region` of a widget, in its logical pixels; ratio: device pixels for each of them.
    void paint(QPainter& painter, const QRegion& region, qreal ratio);

private:
    void render(qreal ratio);

    Facts facts_;
    QPixmap tile_;  // pre-rendered: a repaint costs one blit of the damage
};

}  // namespace sudare::client

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLabel>
#include <QListWidget>
#include <QWidget>
#include <vector>

#include "client/core/replay_events.h"

namespace sudare::client {

// What an event was, in a few words and the application's language.
QString event_text(const ReplayEvent& event);
QString clock_text(quint32 ms);  // h:mm:ss

// The events as marks along the time: refused tries and alarms stand out, destinations are small.
// A click goes there.
class EventStrip : public QWidget {
    Q_OBJECT
public:
    explicit EventStrip(QWidget* parent);
    void set_events(const std::vector<ReplayEvent>& events, quint32 duration_ms);
    void set_position(quint32 position_ms);
    static constexpr int kHeight = 28;  // logical pixels
    // Free at both ends, as a slider's handle has it, so that both lines agree.
    static constexpr int kMargin = 8;

Q_SIGNALS:
    void wanted(quint32 position_ms);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;  // tool tips

private:
    [[nodiscard]] double place_of(quint32 position_ms) const;
    [[nodiscard]] const ReplayEvent* near(double x) const;

    std::vector<ReplayEvent> events_;
    quint32 duration_ms_ = 0, position_ms_ = 0;
};

// The events as a list beside the picture, and above it what proves them. The last one before the
// position is marked; Enter or a click goes to one.
class EventList : public QWidget {
    Q_OBJECT
public:
    explicit EventList(QWidget* parent);
    void set_events(const ReplayEvents& events);
    void set_position(quint32 position_ms);
    [[nodiscard]] QString proof() const { return proof_->text(); }
    [[nodiscard]] const QListWidget& list() const { return *list_; }
    static constexpr int kWidth = 320;  // logical pixels

Q_SIGNALS:
    void wanted(quint32 position_ms);

private:
    QLabel* proof_;
    QListWidget* list_;
    std::vector<quint32> at_;  // of each row
};

}  // namespace sudare::client

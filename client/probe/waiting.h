// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonObject>
#include <QObject>
#include <QString>
#include <QTimer>
#include <functional>
#include <optional>

#include "client/probe/watch.h"

namespace sudare::probe {

// What a command is answered with.
struct Answer {
    bool ok = true;
    QJsonObject fields;  // with "error" when not ok
};
Answer success(QJsonObject fields = {});
Answer failure(const QString& error, QJsonObject fields = {});

// One wait for something that the server does: judged at once, at every event and when asked to
// look again, until it is answered or its time is up. One at a time.
class Waiting : public QObject {
    Q_OBJECT
   public:
    using Judge = std::function<std::optional<Answer>(Watch::Event)>;
    using Done = std::function<void(const Answer&)>;
    // kNeedsConnection: the end of the connection is the answer, a failure.
    enum class Needs { kConnection, kNothing };

    explicit Waiting(Watch& watch, QObject* parent = nullptr);

    // `what` completes "timed out waiting for ...".
    void begin(const QString& what, std::chrono::milliseconds timeout, Needs needs, Judge judge,
               Done done);
    // Judges again after this time, with Event::kTime; the last call counts.
    void look_again_after(std::chrono::microseconds time);
    [[nodiscard]] bool active() const { return static_cast<bool>(judge_); }

   private:
    void look(Watch::Event event);
    std::optional<Answer> answer(Watch::Event event);
    void finish(const Answer& answer);

    Watch& watch_;
    QTimer deadline_;
    QTimer again_;
    QString what_;
    Needs needs_ = Needs::kConnection;
    Judge judge_;
    Done done_;
    bool judging_ = false;  // a judge may send, and sending may cause events
    std::optional<Watch::Event> missed_;
};

}  // namespace sudare::probe

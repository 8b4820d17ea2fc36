// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QImage>
#include <QJsonObject>
#include <QObject>
#include <memory>
#include <optional>

#include "client/probe/runner.h"

namespace sudare::selftest {

// One person at a terminal, from the log-in to the end of the session: the commands of sudare-probe,
// one after the other, each answered before the next. One thread, with a Qt application.
class Hands {
   public:
    explicit Hands(const probe::Options& terminal);
    ~Hands();

    // Connects, logs in and opens; false: diagnosis() says why not.
    bool start();
    QJsonObject ask(const QString& line);
    // Whether it was answered with ok.
    bool does(const QString& line) { return ask(line)["ok"].toBool(); }
    // Waits until the picture has not changed for a while, at most that long.
    void settle(int quiet_ms = 400, int timeout_ms = 10'000);
    // Until the condition holds, looked at after every change of the picture; false: not in that time.
    template <typename Condition>
    bool until(int timeout_ms, Condition&& condition);

    [[nodiscard]] const QImage& picture() const { return runner_->picture(); }
    // Below the browser's bars: what they say is no sign of anything.
    [[nodiscard]] QImage page() const;
    [[nodiscard]] std::optional<quint64> session() const { return session_; }
    [[nodiscard]] QString diagnosis() const { return diagnosis_; }

    // Rows of the browser's own bars, with some to spare for a message below them.
    static constexpr int kPageTop = 130;

   private:
    probe::Options terminal_;
    std::unique_ptr<probe::Runner> runner_;
    std::optional<QJsonObject> answer_;
    std::optional<quint64> session_;
    QString diagnosis_;
};

template <typename Condition>
bool Hands::until(int timeout_ms, Condition&& condition) {
    QElapsedTimer time;
    time.start();
    while (!condition()) {
        const auto left = timeout_ms - time.elapsed();
        if (left <= 0)
            return false;
        // "Timed out" is an answer like another: the condition may hold by now.
        ask(QStringLiteral("wait_change %1").arg(std::min<qint64>(left, 1000)));
        if (picture().isNull())
            return false;
    }
    return true;
}

}  // namespace sudare::selftest

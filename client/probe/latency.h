// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QJsonArray>
#include <QObject>
#include <QRect>
#include <QTimer>
#include <functional>
#include <random>

#include "client/core/session_client.h"

namespace sudare::probe {

// Presses one key again and again and takes the time until a change within a rectangle is
// presented, on the clock of this process: everything but the terminal's own screen.
class Latency : public QObject {
    Q_OBJECT
   public:
    explicit Latency(client::SessionClient& client);

    // rect: device pixels of the canvas. done gets microseconds, -1 for a press without a change
    // within two seconds.
    void begin(std::uint16_t key, int count, QRect rect, std::function<void(QJsonArray)> done);
    [[nodiscard]] bool active() const { return static_cast<bool>(done_); }

   private:
    void press();
    void on_presented(const client::Presented& presented);
    void note(qint64 microseconds);

    client::SessionClient& client_;
    std::uint16_t key_ = 0;
    int left_ = 0;
    QRect rect_;
    bool waiting_ = false;
    QElapsedTimer clock_;
    QTimer pause_, limit_;
    QJsonArray times_;
    std::function<void(QJsonArray)> done_;
    // A press at a random moment meets every phase of the frame clocks on the way.
    std::mt19937 random_{1};
};

}  // namespace sudare::probe

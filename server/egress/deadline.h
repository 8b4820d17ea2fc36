// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>

#include "server/egress/net.h"

namespace sudare::egress {

// A time limit that moves: every byte of a tunnel moves it, so moving costs one clock read and no
// timer call. watch() returns when the limit has passed or finish() was called.
class Deadline {
public:
    using Clock = std::chrono::steady_clock;

    explicit Deadline(const asio::any_io_executor& executor) : timer_(executor) {}

    void set(Clock::duration from_now) {
        at_ = Clock::now() + from_now;
        if (at_ < timer_.expiry())
            timer_.cancel();  // wakes watch(), which takes the nearer limit
    }
    void finish() {
        finished_ = true;
        timer_.cancel();
    }
    [[nodiscard]] bool passed() const { return passed_; }

    // true: the limit passed.
    awaitable<bool> watch() {
        while (!finished_ && Clock::now() < at_) {
            timer_.expires_at(at_);
            co_await timer_.async_wait(kTuple);
        }
        passed_ = !finished_;
        co_return passed_;
    }

private:
    asio::steady_timer timer_;
    Clock::time_point at_ = Clock::time_point::max();
    bool finished_ = false;
    bool passed_ = false;
};

}  // namespace sudare::egress

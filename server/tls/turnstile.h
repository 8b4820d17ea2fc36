// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "server/tls/asio.h"

namespace sudare {

// Lets the coroutines of one thread use something one at a time, in the order in which they came.
class Turnstile {
   public:
    explicit Turnstile(asio::io_context& context) : changed_(context) {
        changed_.expires_at(asio::steady_timer::time_point::max());
    }

    // Waits for the turn; leave() gives it to the next.
    asio::awaitable<void> enter() {
        const std::uint64_t ticket = next_++;
        while (serving_ != ticket) {
            boost::system::error_code ignored;  // a cancelled wait is the signal
            co_await changed_.async_wait(into(ignored));
        }
    }
    void leave() {
        ++serving_;
        changed_.cancel();
    }
    [[nodiscard]] bool busy() const { return serving_ != next_; }

   private:
    asio::steady_timer changed_;
    std::uint64_t next_ = 0;
    std::uint64_t serving_ = 0;
};

}  // namespace sudare

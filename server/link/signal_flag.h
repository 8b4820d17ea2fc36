// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/tls/asio.h"

namespace sudare::link {

// Lets one coroutine wait until another says that something has changed.
class SignalFlag {
   public:
    explicit SignalFlag(asio::io_context& io) : timer_(io) {
        timer_.expires_at(asio::steady_timer::time_point::max());
    }
    asio::awaitable<void> wait() {
        boost::system::error_code ignored;  // a cancelled wait is the signal
        co_await timer_.async_wait(into(ignored));
    }
    void raise() { timer_.cancel(); }

   private:
    asio::steady_timer timer_;
};

}  // namespace sudare::link

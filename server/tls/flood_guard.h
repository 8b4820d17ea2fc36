// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <cstdint>

namespace sudare::tls {

// Counts what a peer can send below our framing without a byte of ours being read: KeyUpdate
// messages and empty records. Above the rate the connection has to end (kTooFast). OpenSSL itself
// refuses 32 empty records in a row only. One connection, one thread; must outlive the SSL or be
// detached first.
class FloodGuard {
   public:
    using Clock = std::chrono::steady_clock;
    static constexpr unsigned kPerSecondMax = 8;

    void attach(SSL* connection);
    static void detach(SSL* connection);

    // One such event at this time.
    void count(Clock::time_point now);
    [[nodiscard]] bool tripped() const { return tripped_; }

   private:
    Clock::time_point second_{};
    unsigned events_ = 0;
    bool tripped_ = false;
};

}  // namespace sudare::tls

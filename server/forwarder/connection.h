// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/ipc/broker_forwarder.h"
#include "server/base/unique_fd.h"
#include "server/forwarder/position.h"
#include "server/forwarder/tls.h"

namespace sudare::forwarder {

// One connection with the collector, from connect to its end. It never blocks: poll fd() for
// events(), call step() then and at deadline(). One thread.
//
// RFC 5425 has no acknowledgement. What can be known is how a connection ended that we asked to
// end: the collector's close_notify, which is authentic, then its FIN and no reset, and nothing
// that we sent is unacknowledged by its TCP (SIOCOUTQ is 0). A process that closes a socket with
// unread bytes sends a reset, so its process has then read everything, our close_notify included.
// An end that the collector begins confirms nothing: what it had read, but not yet looked at, goes
// with it (decision 0024).
class Connection {
public:
    using Clock = std::chrono::steady_clock;
    // Waiting bytes at most, one message more.
    static constexpr std::size_t kUnsentMax = 256U << 10;

    struct End {
        bool confirmed = false;  // the collector has read all that was sent
        bool polite = false;     // it ended of itself, with close_notify
        ipc::ForwardState state = ipc::ForwardState::kDelivering;
        std::string why;
    };

    // kUnavailable: there is no way to the address.
    static Result<std::unique_ptr<Connection>> begin(const Settings& settings, SSL_CTX& context,
                                                     Clock::time_point now);

    void step(Clock::time_point now);
    [[nodiscard]] int fd() const { return phase_ == Phase::kAcknowledged ? -1 : socket_.get(); }
    [[nodiscard]] short events() const;
    [[nodiscard]] Clock::time_point deadline() const;

    // The collector has proven itself, and takes messages.
    [[nodiscard]] bool ready() const { return phase_ == Phase::kOpen && !finishing_ && !end_; }
    [[nodiscard]] bool full() const { return unsent() >= kUnsentMax; }
    // A whole framed message, behind which the position is `after`.
    void queue(std::string_view message, const Mark& after);
    [[nodiscard]] std::uint64_t queued() const { return queued_; }  // bytes, all that were
    // Sends what is queued, then ends in order.
    void finish() { finishing_ = true; }

    [[nodiscard]] const std::optional<End>& end() const { return end_; }
    // Behind the last message that is wholly with the kernel; nullopt: none is.
    [[nodiscard]] const std::optional<Mark>& sent() const { return sent_; }

private:
    enum class Phase {
        kConnecting,
        kHandshake,
        kOpen,
        kClosing,       // our close_notify is out
        kDraining,      // the collector's has come
        kAcknowledged,  // its FIN, too; now its kernel must have everything
    };

    Connection(const Settings& settings, UniqueFd socket, SessionPtr session, Clock::time_point now)
        : timeout_(settings.timeout),
          socket_(std::move(socket)),
          session_(std::move(session)),
          now_(now),
          progress_(now) {}
    [[nodiscard]] std::size_t unsent() const { return buffer_.size() - written_; }
    bool advance();  // false: nothing more can be done now
    bool connect();
    bool shake_hands();
    bool read();
    bool write();
    bool close();
    bool drain();
    bool acknowledge();
    void broke_off(int error, const char* what);
    void ends(ipc::ForwardState state, std::string why);
    [[nodiscard]] bool waits_for_peer() const;

    struct Boundary {
        std::uint64_t at;  // of the bytes queued
        Mark after;
    };

    std::chrono::seconds timeout_;
    UniqueFd socket_;
    SessionPtr session_;
    Phase phase_ = Phase::kConnecting;
    bool wants_write_ = false;
    bool finishing_ = false;
    std::string buffer_;
    std::size_t written_ = 0;  // of the buffer
    std::uint64_t queued_ = 0;
    std::deque<Boundary> boundaries_;
    std::optional<Mark> sent_;
    Clock::time_point now_;
    Clock::time_point progress_;
    std::optional<End> end_;
};

}  // namespace sudare::forwarder

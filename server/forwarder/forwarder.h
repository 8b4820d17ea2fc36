// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "server/base/unique_fd.h"
#include "server/forwarder/broker_client.h"
#include "server/forwarder/connection.h"
#include "server/forwarder/log_reader.h"
#include "server/forwarder/position.h"
#include "server/forwarder/settings.h"

namespace sudare::forwarder {

// What sudare-forwarder does: one loop around poll, one thread. A connection is opened when there
// is something to send, and ended in order after settings.confirm, which is what confirms
// (connection.h).
class Forwarder {
public:
    using Clock = std::chrono::steady_clock;

    // `stop`: becomes readable when the program shall end. All must outlive it.
    Forwarder(const Settings& settings, SSL_CTX& context, PositionFile& position, UniqueFd stop);

    // Returns after an orderly stop; an error when going on would send what is not this log, or the
    // position cannot be stored.
    Result<void> run();

private:
    Result<void> pass();
    Result<void> look();
    Result<void> passing(Result<void> done);
    void begin();
    Result<void> fill();
    Result<void> ended();
    void lost(ipc::ForwardState state, const std::string& why);
    Result<void> give_up(Error error);
    void wait(Clock::time_point until);
    [[nodiscard]] Clock::time_point next_event() const;
    [[nodiscard]] ipc::ForwardReport report() const;
    [[nodiscard]] bool something_to_send() const;
    [[nodiscard]] bool has_room() const;  // the connection, for what there is to send
    [[nodiscard]] bool has_ended() const { return stop_by_ && (!connection_ || now_ >= *stop_by_); }

    const Settings& settings_;
    SSL_CTX& context_;
    PositionFile& position_;
    UniqueFd stop_;
    BrokerClient broker_;
    LogReader reader_;
    std::unique_ptr<Connection> connection_;
    bool looked_ = false;  // that the position is in this log; the reader stands there
    bool known_ = false;   // looked at least once
    std::optional<Clock::time_point> confirm_at_;  // of this connection
    bool resending_ = false;                       // it began at `safe`
    std::optional<Clock::time_point> stop_by_;
    Clock::time_point now_ = Clock::now();
    Clock::time_point retry_{};
    std::chrono::milliseconds pause_;
    ipc::ForwardState state_ = ipc::ForwardState::kDelivering;
    std::optional<ipc::ForwardDurable> seen_;
    std::uint64_t maybe_sent_ = 0;  // records before it may be sent again
};

}  // namespace sudare::forwarder

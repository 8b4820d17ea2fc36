// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "protocol/wire/state_machine.h"
#include "server/tls/channel.h"

namespace sudare::link {

// The terminal's side of a link: frames to messages and back, and what is legal when. It answers
// nothing by itself but keeps the heartbeat.
class ViewerSide {
   public:
    using Clock = std::chrono::steady_clock;

    static Result<std::unique_ptr<ViewerSide>> create(asio::io_context& io, UniqueFd socket,
                                                      const tls::Context& context);

    // The next legal message; Pong is consumed here. The error is why the connection must end.
    asio::awaitable<tl::expected<wire::UpMessage, EndReason>> next();

    // Sends when legal; false when the connection is dead.
    asio::awaitable<bool> send(const wire::DownMessage& message);
    // Same without waiting, for small messages out of turn.
    void post(const wire::DownMessage& message);
    // A whole Update payload, already gated.
    asio::awaitable<bool> send_update(std::span<const std::uint8_t> payload);

    // About once a second: Ping when due. kStalled when the terminal has not answered in time.
    [[nodiscard]] std::optional<EndReason> heartbeat(Clock::time_point now);

    [[nodiscard]] wire::State state() const { return machine_.state(); }
    [[nodiscard]] tls::Channel& channel() { return *channel_; }

   private:
    explicit ViewerSide(std::unique_ptr<tls::Channel> channel) : channel_(std::move(channel)) {}

    std::unique_ptr<tls::Channel> channel_;
    wire::StateMachine machine_;
    std::uint32_t nonce_ = 0;
    std::optional<Clock::time_point> asked_;  // the unanswered Ping
    Clock::time_point last_ping_{};
};

}  // namespace sudare::link

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "protocol/enrol/messages.h"
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

    // After the handshake: the terminal speaks sudare-enrol/1, and nothing else from now on.
    void use_enrolment() { rules_->enrolling = true; }
    asio::awaitable<tl::expected<enrol::UpMessage, EndReason>> next_enrolment();
    asio::awaitable<bool> send(const enrol::DownMessage& message);

    // The next legal message; Pong is consumed here. The error is why the connection must end.
    asio::awaitable<tl::expected<wire::UpMessage, EndReason>> next();

    // Sends when legal; false when the connection is dead.
    asio::awaitable<bool> send(const wire::DownMessage& message);
    // Same without waiting, for small messages out of turn.
    void post(const wire::DownMessage& message);
    // A whole Update frame, already gated.
    asio::awaitable<bool> send_update(std::span<const std::uint8_t> frame);

    // About once a second: Ping when due. kStalled when the terminal has not answered in time.
    [[nodiscard]] std::optional<EndReason> heartbeat(Clock::time_point now);

    [[nodiscard]] wire::State state() const { return machine_.state(); }
    [[nodiscard]] tls::Channel& channel() { return *channel_; }

   private:
    // One of two protocols, known after the handshake.
    struct Rules final : FrameRules {
        [[nodiscard]] std::optional<LengthRange> range_of(std::uint8_t type) const override {
            return enrolling ? enrolment.range_of(type) : session.range_of(type);
        }
        wire::WireRules session{wire::Direction::kUp};
        enrol::Rules enrolment{enrol::Direction::kUp};
        bool enrolling = false;
    };
    ViewerSide(std::unique_ptr<Rules> rules, std::unique_ptr<tls::Channel> channel)
        : rules_(std::move(rules)), channel_(std::move(channel)) {}

    std::unique_ptr<Rules> rules_;  // first: the channel refers to it
    std::unique_ptr<tls::Channel> channel_;
    wire::StateMachine machine_;
    std::uint32_t nonce_ = 0;
    std::optional<Clock::time_point> asked_;  // the unanswered Ping
    Clock::time_point last_ping_{};
};

}  // namespace sudare::link

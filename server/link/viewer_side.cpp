// SPDX-License-Identifier: Apache-2.0
#include "server/link/viewer_side.h"

namespace sudare::link {

Result<std::unique_ptr<ViewerSide>> ViewerSide::create(asio::io_context& io, UniqueFd socket,
                                                       const tls::Context& context) {
    auto rules = std::make_unique<Rules>();
    SUDARE_TRY(std::unique_ptr<tls::Channel> channel,
               tls::Channel::create(io, std::move(socket), context, *rules));
    return std::unique_ptr<ViewerSide>(new ViewerSide(std::move(rules), std::move(channel)));
}

asio::awaitable<tl::expected<enrol::UpMessage, EndReason>> ViewerSide::next_enrolment() {
    const auto frame = co_await channel_->read();
    if (!frame)
        co_return tl::unexpected(frame.error());
    auto message = enrol::parse_up(*frame);
    if (!message)
        co_return tl::unexpected(EndReason::kMalformed);
    co_return std::move(*message);
}

asio::awaitable<bool> ViewerSide::send(const enrol::DownMessage& message) {
    const std::vector<std::uint8_t> bytes = enrol::frame_of(message);
    co_return co_await channel_->send(bytes);
}

asio::awaitable<tl::expected<wire::UpMessage, EndReason>> ViewerSide::next() {
    for (;;) {
        const auto frame = co_await channel_->read();
        if (!frame)
            co_return tl::unexpected(frame.error());
        if (const auto fault = machine_.judge(static_cast<wire::MessageType>(frame->type)))
            co_return tl::unexpected(*fault);
        auto message = wire::parse_up(*frame);
        if (!message)
            co_return tl::unexpected(message.error());
        machine_.follow(*message);
        const auto* pong = std::get_if<wire::Pong>(&*message);
        if (pong == nullptr)
            co_return std::move(*message);
        if (pong->nonce == nonce_)
            asked_.reset();
    }
}

asio::awaitable<bool> ViewerSide::send(const wire::DownMessage& message) {
    std::vector<std::uint8_t> bytes;
    if (machine_.judge(wire::type_of(message)) || !wire::encode(bytes, message))
        co_return true;  // not legal now, as a Notice after the end: nobody to tell
    machine_.follow(message);
    co_return co_await channel_->send(bytes);
}

void ViewerSide::post(const wire::DownMessage& message) {
    std::vector<std::uint8_t> bytes;
    if (machine_.judge(wire::type_of(message)) || !wire::encode(bytes, message))
        return;
    machine_.follow(message);
    channel_->post(std::move(bytes));
}

asio::awaitable<bool> ViewerSide::send_update(std::span<const std::uint8_t> frame) {
    co_return co_await channel_->send(frame);
}

std::optional<EndReason> ViewerSide::heartbeat(Clock::time_point now) {
    if (machine_.state() == wire::State::kNew || machine_.state() == wire::State::kEnded)
        return std::nullopt;
    if (asked_)
        return now - *asked_ > limits::kPingDeadline ? std::optional(EndReason::kStalled)
                                                     : std::nullopt;
    if (now - last_ping_ < limits::kPingInterval)
        return std::nullopt;
    asked_ = last_ping_ = now;
    post(wire::Ping{++nonce_});
    return std::nullopt;
}

}  // namespace sudare::link

// SPDX-License-Identifier: Apache-2.0
#include "server/link/broker_client.h"

#include <openssl/crypto.h>

#include <algorithm>

namespace sudare::link {
namespace {

using ipc::BrokerLinkFrame;

const ipc::TableRules kBrokerRules(ipc::kBrokerDownRows);

constexpr std::uint8_t number(BrokerLinkFrame type) { return static_cast<std::uint8_t>(type); }

const auto kLost = tl::unexpected(EndReason::kBrokerLost);

}  // namespace

Result<std::unique_ptr<BrokerClient>> BrokerClient::create(asio::io_context& io, UniqueFd socket) {
    SUDARE_TRY(std::unique_ptr<LocalStream> stream,
               LocalStream::create(io, std::move(socket), kBrokerRules));
    return std::unique_ptr<BrokerClient>(new BrokerClient(io, std::move(stream)));
}

BrokerClient::BrokerClient(asio::io_context& io, std::unique_ptr<LocalStream> stream)
    : stream_(std::move(stream)), answered_(io) {}

asio::awaitable<void> BrokerClient::listen() {
    for (;;) {
        const auto frame = co_await stream_->read();
        if (!frame)
            break;
        if (frame->type == number(BrokerLinkFrame::kPolicyChanged) ||
            frame->type == number(BrokerLinkFrame::kReviewers) ||
            frame->type == number(BrokerLinkFrame::kTerminate)) {
            if (!push(*frame))
                break;
            continue;
        }
        reply_ = Reply{frame->type, {frame->payload.begin(), frame->payload.end()}};
        answered_.raise();
    }
    lost_ = true;
    answered_.raise();
    if (pushes_.lost)
        pushes_.lost();
}

bool BrokerClient::push(const Frame& frame) {
    if (frame.type == number(BrokerLinkFrame::kPolicyChanged)) {
        const auto policy = ipc::read_policy_payload(frame.payload);
        if (policy && pushes_.policy_changed)
            pushes_.policy_changed(*policy);
        return policy.has_value();
    }
    if (frame.type == number(BrokerLinkFrame::kReviewers)) {
        const auto keys = ipc::read_reviewers(frame.payload);
        if (keys && pushes_.reviewers)
            pushes_.reviewers(*keys);
        return keys.has_value();
    }
    const auto reason = ipc::read_reason(frame.payload);
    if (reason && pushes_.terminate)
        pushes_.terminate(*reason);
    return reason.has_value();
}

asio::awaitable<std::optional<BrokerClient::Reply>> BrokerClient::request(
    BrokerLinkFrame type, std::vector<std::uint8_t> payload) {
    std::vector<std::uint8_t> bytes;
    append_frame(bytes, number(type), payload);
    reply_.reset();
    const bool sent = co_await stream_->send(bytes);
    // A login's bytes hold a password.
    OPENSSL_cleanse(payload.data(), payload.size());
    OPENSSL_cleanse(bytes.data(), bytes.size());
    while (sent && !reply_ && !lost_)
        co_await answered_.wait();
    co_return std::exchange(reply_, std::nullopt);
}

BrokerClient::Answer<std::optional<EndReason>> BrokerClient::connected(
    const ipc::Connected& message) {
    const auto reply =
        co_await request(BrokerLinkFrame::kConnected, ipc::write_connected(message));
    if (!reply || reply->type != number(BrokerLinkFrame::kConnectedVerdict))
        co_return kLost;
    auto verdict = ipc::read_connected_verdict(reply->payload);
    if (!verdict)
        co_return kLost;
    co_return *verdict;
}

BrokerClient::Answer<ipc::LoginVerdict> BrokerClient::login(ipc::Login message) {
    auto payload = ipc::write_login(message);
    ipc::wipe(message);
    const auto reply = co_await request(BrokerLinkFrame::kLogin, std::move(payload));
    if (!reply || reply->type != number(BrokerLinkFrame::kLoginVerdict))
        co_return kLost;
    const auto verdict = ipc::read_login_verdict(reply->payload);
    if (!verdict || verdict->code > ipc::LoginResultCode::kEnrolmentNeeded)
        co_return kLost;
    co_return *verdict;
}

BrokerClient::Answer<enrol::DownMessage> BrokerClient::enrol(enrol::UpMessage message) {
    const auto type = static_cast<std::uint8_t>(enrol::type_of(message));
    constexpr auto kFirst = static_cast<std::uint8_t>(enrol::MessageType::kChangePassword);
    const auto inner =
        static_cast<BrokerLinkFrame>(number(BrokerLinkFrame::kChangePassword) + type - kFirst);
    auto payload = enrol::payload_of(message);
    enrol::wipe(message);
    const auto reply = co_await request(inner, std::move(payload));
    if (reply && reply->type == number(BrokerLinkFrame::kFactorSecret)) {
        const auto secret = enrol::read_factor_secret(reply->payload);
        if (!secret)
            co_return kLost;
        const enrol::DownMessage answer(*secret);
        co_return answer;
    }
    if (reply && reply->type == number(BrokerLinkFrame::kCertificate)) {
        auto certificate = enrol::read_certificate(reply->payload);
        if (!certificate)
            co_return kLost;
        const enrol::DownMessage answer(std::move(*certificate));
        co_return answer;
    }
    if (!reply || reply->type != number(BrokerLinkFrame::kLoginVerdict))
        co_return kLost;
    const auto verdict = ipc::read_login_verdict(reply->payload);
    const auto told = verdict ? enrol::verdict_from(static_cast<std::uint8_t>(verdict->code)) : std::nullopt;
    if (!told)
        co_return kLost;
    const auto retry = static_cast<std::uint16_t>(std::min<std::uint32_t>(verdict->retry_after, 0xffff));
    const enrol::DownMessage answer(enrol::Result{*told, retry});
    co_return answer;
}

BrokerClient::Answer<ipc::SessionGranted> BrokerClient::open(const ipc::OpenSession& message) {
    co_return granted(
        co_await request(BrokerLinkFrame::kOpenSession, ipc::write_open_session(message)));
}

BrokerClient::Answer<ipc::SessionGranted> BrokerClient::resume(const ipc::ResumeSession& message) {
    co_return granted(
        co_await request(BrokerLinkFrame::kResumeSession, ipc::write_resume_session(message)));
}

tl::expected<ipc::SessionGranted, EndReason> BrokerClient::granted(
    const std::optional<Reply>& reply) {
    if (reply && reply->type == number(BrokerLinkFrame::kSessionRefused)) {
        const auto reason = ipc::read_reason(reply->payload);
        return tl::unexpected(reason ? *reason : EndReason::kBrokerLost);
    }
    if (!reply || reply->type != number(BrokerLinkFrame::kSessionGranted))
        return kLost;
    auto grant = ipc::read_session_granted(reply->payload);
    if (!grant)
        return kLost;
    return std::move(*grant);
}

asio::awaitable<void> BrokerClient::report(BrokerLinkFrame type,
                                           std::vector<std::uint8_t> payload) {
    std::vector<std::uint8_t> bytes;
    append_frame(bytes, number(type), payload);
    co_await stream_->send(bytes);
}

}  // namespace sudare::link

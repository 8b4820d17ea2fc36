// SPDX-License-Identifier: Apache-2.0
#include "server/relay/relay.h"

#include "server/base/log.h"

namespace sudare::relay {
namespace {

const wire::SessionRules kInputRules(wire::Direction::kUp);
const wire::SessionRules kPictureRules(wire::Direction::kDown);
const ipc::TableRules kLinkRules(ipc::kLinkHostUpRows);
const ipc::TableRules kHostRules(ipc::kRelayDownRows);
const ipc::TableRules kEgressRules(ipc::kEgressUpRows);
const EitherRules kBorderRules(kInputRules, kLinkRules);

std::vector<std::uint8_t> framed(std::uint8_t type, std::span<const std::uint8_t> payload) {
    std::vector<std::uint8_t> bytes;
    append_frame(bytes, type, payload);
    return bytes;
}

constexpr std::uint8_t number(ipc::LinkHostFrame type) { return static_cast<std::uint8_t>(type); }

}  // namespace

const FrameRules& Relay::host_rules() { return kHostRules; }

Relay::Relay(asio::io_context& io, std::unique_ptr<LocalStream> host)
    : io_(io), host_(std::move(host)), input_more_(io) {
    input_more_.expires_at(asio::steady_timer::time_point::max());
}

Result<void> Relay::accept(UniqueFd socket, const tls::Context& context) {
    SUDARE_TRY(border_, tls::Channel::create(io_, std::move(socket), context, kBorderRules));
    return {};
}

asio::awaitable<void> Relay::run() {
    asio::co_spawn(io_, watch_deadlines(), asio::detached);
    const auto peer = co_await border_->handshake(limits::kHandshakeDeadline);
    if (!peer) {
        log_warn("the border's handshake failed: {}", tls::name_of(peer.error()));
        io_.stop();
        co_return;
    }
    if (const auto fault = co_await start_session()) {
        co_await end(*fault);
        co_return;
    }
    asio::co_spawn(io_, up(), asio::detached);
    asio::co_spawn(io_, feed_session(), asio::detached);
    asio::co_spawn(io_, down(), asio::detached);
    asio::co_spawn(io_, reports(), asio::detached);
    co_await host_messages();
}

// The first frame starts the session, or goes on with one; it is checked here and again by the host.
asio::awaitable<std::optional<EndReason>> Relay::start_session() {
    const auto frame = co_await border_->read();
    if (!frame)
        co_return frame.error();
    const bool resumes = frame->type == number(ipc::LinkHostFrame::kResume);
    if (!resumes && frame->type != number(ipc::LinkHostFrame::kStart))
        co_return EndReason::kIllegalState;
    const bool legible = resumes ? ipc::read_session_resume(frame->payload).has_value()
                                 : ipc::read_session_start(frame->payload).has_value();
    if (!legible)
        co_return EndReason::kMalformed;
    if (!co_await pass(*host_, *frame))
        co_return EndReason::kHostLost;
    co_return co_await wait_for_start();
}

asio::awaitable<std::optional<EndReason>> Relay::wait_for_start() {
    const auto answer = co_await host_->read();
    if (!answer)
        co_return EndReason::kHostLost;
    if (answer->type == number(ipc::LinkHostFrame::kEnded)) {
        const auto reason = ipc::read_reason(answer->payload);
        co_return reason ? *reason : EndReason::kInternal;
    }
    auto fds = host_->take_fds();
    if (answer->type != number(ipc::LinkHostFrame::kStarted) || fds.size() != ipc::kStartedFds)
        co_return EndReason::kInternal;
    auto session = LocalStream::create(io_, std::move(fds[0]), kPictureRules);
    auto egress = ReportReader::create(io_, std::move(fds[1]), kEgressRules);
    if (!session || !egress)
        co_return EndReason::kInternal;
    session_ = std::move(*session);
    egress_ = std::move(*egress);
    if (!co_await pass(*border_, *answer))
        co_return EndReason::kConnectionClosed;
    co_return std::nullopt;
}

asio::awaitable<bool> Relay::pass(tls::Channel& to, const Frame& frame) {
    co_return co_await to.send(framed(frame.type, frame.payload));
}

asio::awaitable<bool> Relay::pass(LocalStream& to, const Frame& frame) {
    co_return co_await to.send(framed(frame.type, frame.payload));
}

asio::awaitable<void> Relay::up() {
    for (;;) {
        const auto frame = co_await border_->read();
        const std::optional<EndReason> over =
            frame ? co_await pass_up(*frame) : std::optional(frame.error());
        if (over) {
            co_await end(*over);
            co_return;
        }
    }
}

// Input goes to the session, orders to the host. kStart or kResume is legal once and was.
asio::awaitable<std::optional<EndReason>> Relay::pass_up(const Frame& frame) {
    if (frame.type == number(ipc::LinkHostFrame::kStart) ||
        frame.type == number(ipc::LinkHostFrame::kResume))
        co_return EndReason::kIllegalState;
    if (frame.type == number(ipc::LinkHostFrame::kDetach)) {
        // The session sees the end of its stream: it lets go of all keys, and sends nothing more.
        detached_ = true;
        session_->close();
        co_return std::nullopt;
    }
    if (kLinkRules.range_of(frame.type)) {
        co_await pass(*host_, frame);
        co_return std::nullopt;
    }
    if (detached_)
        co_return EndReason::kIllegalState;
    if (queue_input(frame))
        co_return std::nullopt;
    log_warn("the session does not take its input");
    co_return EndReason::kSessionCrashed;
}

// False: the session is too far behind.
bool Relay::queue_input(const Frame& frame) {
    if (session_gone_)
        return true;
    if (input_.size() + frame.payload.size() > kInputQueueBytes)
        return false;
    append_frame(input_, frame.type, frame.payload);
    input_more_.cancel();
    return true;
}

asio::awaitable<void> Relay::feed_session() {
    std::vector<std::uint8_t> batch;
    do {
        while (input_.empty()) {
            boost::system::error_code ignored;  // a cancelled wait is the signal
            co_await input_more_.async_wait(into(ignored));
        }
        batch.clear();
        batch.swap(input_);
    } while (co_await session_->send(batch));
    session_gone_ = true;
}

// The end of the session's stream is not the end: the host knows why, and says so.
asio::awaitable<void> Relay::down() {
    for (;;) {
        const auto frame = co_await session_->read();
        if (!frame) {
            if (frame.error() != EndReason::kConnectionClosed)
                co_await end(frame.error());
            co_return;
        }
        if (!co_await pass(*border_, *frame))
            co_return;
    }
}

// Taken from the stream when the border has it, not before.
asio::awaitable<void> Relay::reports() {
    for (;;) {
        const auto frame = co_await egress_->look();
        if (!frame || !co_await border_->send(*frame))
            co_return;
        egress_->take();
    }
}

asio::awaitable<void> Relay::host_messages() {
    for (;;) {
        const auto frame = co_await host_->read();
        if (!frame) {
            co_await end(EndReason::kHostLost);
            co_return;
        }
        if (frame->type == number(ipc::LinkHostFrame::kEnded)) {
            const auto reason = ipc::read_reason(frame->payload);
            co_await end(reason ? *reason : EndReason::kInternal);
            co_return;
        }
        co_await pass(*border_, *frame);
    }
}

asio::awaitable<void> Relay::watch_deadlines() {
    asio::steady_timer timer(io_);
    for (;;) {
        timer.expires_after(std::chrono::seconds(1));
        boost::system::error_code error;
        co_await timer.async_wait(into(error));
        border_->enforce(tls::Channel::Clock::now());
    }
}

// The host first, by the end of its stream: the session must not wait for a border that may have
// stopped reading, and another relay may want it. Then the reason to the border, if it still listens; the host sees to it that
// this takes no longer than RelayConnection::kExitDeadline.
asio::awaitable<void> Relay::end(EndReason reason) {
    if (ending_)
        co_return;
    ending_ = true;
    log_info("session over: {}", name_of(reason));
    if (egress_)
        egress_->close();  // before the host hears of it: another relay may read on
    host_->close();
    co_await border_->send(framed(number(ipc::LinkHostFrame::kEnded), ipc::write_reason(reason)));
    co_await border_->finish();
    io_.stop();
}

}  // namespace sudare::relay

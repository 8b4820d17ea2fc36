// SPDX-License-Identifier: Apache-2.0
// The way down: the closed list, each update through the gate, one at a time. The next one is
// read from the host only when the terminal's socket has taken the last: that is the session's
// back-pressure.
#include "protocol/wire/messages.h"
#include "server/base/log.h"
#include "server/link/browser_services.h"
#include "server/link/session.h"

namespace sudare::link {
namespace {

constexpr std::size_t kRefusedMax = 64;  // rules
constexpr std::size_t kSiteNotice = 0;  // slot of its rate limit

bool is_picture(std::uint8_t type) {
    return wire::is_session_output(static_cast<wire::MessageType>(type));
}

// Ends that happen on a session host. All others are the border's to state: a host that claims
// "ended by an administrator" would write false evidence.
bool host_may_say(EndReason reason) {
    switch (reason) {
        case EndReason::kBrowserClosed:
        case EndReason::kBrowserCrashed:
        case EndReason::kSessionCrashed:
        case EndReason::kEgressLost:
        case EndReason::kHostLost:
        case EndReason::kNoResources:
        case EndReason::kServerStopping:
        case EndReason::kPolicyChanged:
        case EndReason::kInternal:
            return true;
        default:
            return false;
    }
}

}  // namespace

asio::awaitable<void> Session::carry_pictures() {
    for (;;) {
        const auto frame = co_await host_->read();
        if (!frame) {
            const bool gone = frame.error() == EndReason::kConnectionClosed;
            if (gone && may_wait()) {
                co_await wait_for_broker();
                around_.leave(EndReason::kHostLost);  // its relay may have gone alone
                co_return;
            }
            around_.end(gone || stopped_ ? EndReason::kHostLost : blame_host(frame.error()));
            co_return;
        }
        if (const auto reason = co_await pass_down(*frame)) {
            around_.end(*reason);
            co_return;
        }
    }
}

// A host that gives the session to another link closes this connection; the broker, who ordered it,
// may be a moment behind.
asio::awaitable<void> Session::wait_for_broker() {
    asio::steady_timer timer(io_, std::chrono::seconds(1));
    boost::system::error_code ignored;
    co_await timer.async_wait(into(ignored));
}

asio::awaitable<std::optional<EndReason>> Session::pass_down(const Frame& frame) {
    if (static_cast<wire::MessageType>(frame.type) == wire::MessageType::kUpdate)
        co_return co_await pass_update(frame.payload);
    if (is_picture(frame.type))
        co_return co_await pass_small(frame);
    co_return co_await pass_report(frame);
}

asio::awaitable<std::optional<EndReason>> Session::pass_update(
    std::span<const std::uint8_t> payload) {
    const auto judged = gate_.check(payload);
    if (!judged) {
        log_warn("the session host sent a picture that is not in order: {}",
                 judged.error().message);
        blame_host(EndReason::kPictureRejected);
        co_return EndReason::kPictureRejected;
    }
    std::vector<std::uint8_t> shown;
    shown.reserve(payload.size() + limits::kFrameHeaderBytes);
    append_frame(shown, static_cast<std::uint8_t>(wire::MessageType::kUpdate), payload);
    recording_.shown(shown, judged->header.snapshot);
    ++updates_;
    acks_.sent(judged->header.sequence);
    // A terminal that went away is noticed by carry_input.
    co_await around_.viewer.send_update(shown);
    co_return std::nullopt;
}

// Beside the pictures, which pass_update() records: the recording sees what is sent, before it is
// sent, and never the ticket, by which the session could be taken over.
void Session::tee(const wire::DownMessage& message) {
    wire::DownMessage copy = message;
    if (auto* state = std::get_if<wire::SessionState>(&copy))
        state->ticket = {};
    std::vector<std::uint8_t> frame;
    if (wire::encode(frame, copy))
        recording_.shown(frame);
}

// Where the pointer was and what it pressed; never keys or text.
void Session::tee_input(const wire::UpMessage& message) {
    const bool move = std::holds_alternative<wire::PointerMove>(message);
    if (!move && !std::holds_alternative<wire::PointerButton>(message))
        return;
    std::vector<std::uint8_t> frame;
    if (wire::encode(frame, message))
        recording_.pointed(frame, move);
}

asio::awaitable<std::optional<EndReason>> Session::pass_small(const Frame& frame) {
    const auto message = wire::parse_down(frame);
    if (!message)
        co_return blame_host(message.error());
    tee(*message);
    co_await around_.viewer.send(*message);
    co_return std::nullopt;
}

asio::awaitable<std::optional<EndReason>> Session::pass_report(const Frame& frame) {
    const auto type = static_cast<ipc::LinkHostFrame>(frame.type);
    if (type == ipc::LinkHostFrame::kEnded)
        co_return host_ended(frame.payload);
    if (!reports_.take(1, Clock::now()))
        co_return blame_host(EndReason::kTooFast);
    if (type == ipc::LinkHostFrame::kDestination)
        co_return co_await pass_destination(frame);
    if (type != ipc::LinkHostFrame::kHostEvent)
        co_return blame_host(EndReason::kIllegalState);  // kStarted comes once and came
    const auto event = ipc::read_host_event(frame.payload);
    if (!event)
        co_return blame_host(EndReason::kMalformed);
    const ipc::SessionHostEvent told{granted_.session, *event};
    co_await around_.broker.report(ipc::BrokerLinkFrame::kHostEvent,
                                   ipc::write_session_host_event(told));
    co_return std::nullopt;
}

asio::awaitable<std::optional<EndReason>> Session::pass_destination(const Frame& frame) {
    Reader in(frame.payload);
    const auto destination = ipc::read_destination(in);
    if (!destination || !in.at_end())
        co_return blame_host(EndReason::kMalformed);
    // Not in one expression: GCC 12 destroys a braced temporary twice when it lives across a
    // co_await, and this one holds a string (tests/tools/check_repository.py looks for more).
    const ipc::SessionDestination told{granted_.session, *destination};
    co_await around_.broker.report(ipc::BrokerLinkFrame::kDestination,
                                   ipc::write_session_destination(told));
    const bool for_the_person = !is_browser_service(destination->host);
    if (destination->verdict != ipc::Verdict::kAllowed && for_the_person && may_notify(kSiteNotice)) {
        if (refused_.size() >= kRefusedMax)
            refused_.clear();
        refused_[destination->rule] = {destination->host, destination->port};
        tell(wire::Notice{wire::NoticeCode::kSiteRefused, destination->rule,
                                         static_cast<std::uint32_t>(destination->verdict)});
    }
    co_return std::nullopt;
}

// nullopt: it answers our own kStop.
std::optional<EndReason> Session::host_ended(std::span<const std::uint8_t> payload) {
    if (stopped_)
        return std::nullopt;
    const auto reason = ipc::read_reason(payload);
    if (reason && host_may_say(*reason))
        return *reason;
    // Answers to kResume and kStart, and of nothing that runs.
    const auto refusal = granted_.resumed ? EndReason::kSessionGone : EndReason::kBrowserOld;
    if (reason == refusal && !running_)
        return *reason;
    return blame_host(reason ? *reason : EndReason::kMalformed);
}

// Its fault, whatever it was: recorded as such, and never counted against the terminal.
EndReason Session::blame_host(EndReason fault) {
    log_warn("the session host is not in order: {}", name_of(fault));
    report(ipc::BrokerLinkFrame::kRefusal,
           ipc::write_refusal({granted_.session, ipc::RefusalKind::kHostProtocol,
                               static_cast<std::uint32_t>(fault)}));
    return EndReason::kHostLost;
}

}  // namespace sudare::link

// SPDX-License-Identifier: Apache-2.0
// The way down: the closed list, each update through the gate, one at a time. The next one is
// read from the host only when the terminal's socket has taken the last: that is the session's
// back-pressure.
#include "protocol/wire/messages.h"
#include "server/base/log.h"
#include "server/link/session.h"

namespace sudare::link {
namespace {

constexpr std::size_t kSiteNotice = 0;  // slot of its rate limit

bool is_picture(std::uint8_t type) {
    return wire::is_session_output(static_cast<wire::MessageType>(type));
}

}  // namespace

asio::awaitable<void> Session::carry_pictures() {
    for (;;) {
        const auto frame = co_await host_->read();
        if (!frame) {
            const bool gone = frame.error() == EndReason::kConnectionClosed;
            around_.end(gone ? EndReason::kHostLost : frame.error());
            co_return;
        }
        if (const auto reason = co_await pass_down(*frame)) {
            around_.end(*reason);
            co_return;
        }
    }
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
        report(ipc::BrokerLinkFrame::kRefusal,
               ipc::write_refusal({granted_.session, ipc::RefusalKind::kHostProtocol,
                                   static_cast<std::uint32_t>(EndReason::kPictureRejected)}));
        co_return EndReason::kPictureRejected;
    }
    tee(payload);
    ++updates_;
    // A terminal that went away is noticed by carry_input.
    co_await around_.viewer.send_update(payload);
    co_return std::nullopt;
}

// Every byte of picture that the terminal gets passes here, before it is sent: the place of the
// recording (design.md section 7), which must see exactly what was sent.
void Session::tee(std::span<const std::uint8_t>) {}

asio::awaitable<std::optional<EndReason>> Session::pass_small(const Frame& frame) {
    const auto message = wire::parse_down(frame);
    if (!message) {
        report(ipc::BrokerLinkFrame::kRefusal,
               ipc::write_refusal({granted_.session, ipc::RefusalKind::kHostProtocol,
                                   static_cast<std::uint32_t>(message.error())}));
        co_return message.error();
    }
    co_await around_.viewer.send(*message);
    co_return std::nullopt;
}

asio::awaitable<std::optional<EndReason>> Session::pass_report(const Frame& frame) {
    switch (static_cast<ipc::LinkHostFrame>(frame.type)) {
        case ipc::LinkHostFrame::kEnded: {
            const auto reason = ipc::read_reason(frame.payload);
            co_return reason ? *reason : EndReason::kHostLost;
        }
        case ipc::LinkHostFrame::kDestination: {
            Reader in(frame.payload);
            const auto destination = ipc::read_destination(in);
            if (!destination || !in.at_end())
                co_return EndReason::kMalformed;
            // Not in one expression: GCC 12 destroys a braced temporary twice when it lives
            // across a co_await, and this one holds a string.
            const ipc::SessionDestination told{granted_.session, *destination};
            co_await around_.broker.report(ipc::BrokerLinkFrame::kDestination,
                                           ipc::write_session_destination(told));
            if (destination->verdict != ipc::Verdict::kAllowed && may_notify(kSiteNotice))
                around_.viewer.post(wire::Notice{wire::NoticeCode::kSiteRefused, destination->rule,
                                                 static_cast<std::uint32_t>(destination->verdict)});
            co_return std::nullopt;
        }
        case ipc::LinkHostFrame::kHostEvent: {
            const auto event = ipc::read_host_event(frame.payload);
            if (!event)
                co_return EndReason::kMalformed;
            co_await around_.broker.report(
                ipc::BrokerLinkFrame::kHostEvent,
                ipc::write_session_host_event({granted_.session, *event}));
            co_return std::nullopt;
        }
        default:
            co_return EndReason::kIllegalState;  // kStarted comes once and came
    }
}

}  // namespace sudare::link

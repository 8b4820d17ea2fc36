// SPDX-License-Identifier: Apache-2.0
// Sessions of a link: grant, watch, change, end.
#include <sodium.h>

#include <algorithm>

#include "server/base/log.h"
#include "server/broker/link_peer.h"

namespace sudare::broker {

using audit::Event;
using audit::EventType;
using audit::Field;
using ipc::BrokerLinkFrame;

namespace {

// The clock may be set and hours may end: looked at again at least this often.
constexpr std::uint32_t kWatchSeconds = 60;

bool same_but_version(ipc::SessionPolicy a, const ipc::SessionPolicy& b) {
    a.version = b.version;
    return a == b;
}

}  // namespace

bool LinkPeer::open_session(Payload payload) {
    const auto request = ipc::read_open_session(payload);
    if (!request)
        return false;
    if (core_.log().failed()) {
        refuse_session(EndReason::kAuditUnavailable);
        return true;
    }
    const auto user = core_.store().find_user(user_.name);
    const auto rights = core_.rights(user_.id);
    if (!user || !rights) {
        log_error("open session: {}", !user ? user.error().message : rights.error().message);
        refuse_session(EndReason::kInternal, "database");
        return true;
    }
    // Stored by a later version: this one cannot record, and a session that must be recorded does
    // not run unrecorded (fail closed).
    if (rights->effective.number(policy::FieldId::kEvidenceRecording) != 0) {
        refuse_session(EndReason::kAuditUnavailable, "recording_unavailable");
        return true;
    }
    LinkPeer* replaced = session_with_ticket(request->ticket);
    const bool gone = !*user || (*user)->id != user_.id || (*user)->disabled;
    if (const auto reason = gone ? EndReason::kNotPermitted : may_open(*rights, replaced))
        refuse_session(*reason);
    else
        grant(*rights, *request, replaced);
    return true;
}

// The ticket counts for its own user only.
LinkPeer* LinkPeer::session_with_ticket(const ipc::Ticket& ticket) const {
    if (ticket == ipc::Ticket{})
        return nullptr;
    for (LinkPeer* peer : core_.links())
        if (peer->session() != nullptr && peer->user_id() == user_.id &&
            sodium_memcmp(peer->session()->ticket.data(), ticket.data(), ticket.size()) == 0)
            return peer;
    return nullptr;
}

std::optional<EndReason> LinkPeer::may_open(const Rights& rights, const LinkPeer* replaced) const {
    if (const auto reason = policy::access_denied(rights.effective, terminal(), local_time()))
        return reason;
    const auto others = std::ranges::count_if(core_.links(), [&](const LinkPeer* peer) {
        return peer != replaced && peer->session() != nullptr && peer->user_id() == user_.id;
    });
    if (others >= static_cast<long>(rights.effective.number(policy::FieldId::kAccessSessionsMax)))
        return EndReason::kTooManySessions;
    if (core_.session_count() >= Core::kSessionsMax)
        return EndReason::kNoResources;
    return std::nullopt;
}

void LinkPeer::refuse_session(EndReason reason, std::string_view cause) {
    Event record = event(EventType::kSessionRefused);
    record.number(Field::kReason, static_cast<std::uint64_t>(reason));
    if (!cause.empty())
        record.text(Field::kCause, std::string(cause));
    core_.record(record);
    send(static_cast<std::uint8_t>(BrokerLinkFrame::kSessionRefused), ipc::write_reason(reason));
}

void LinkPeer::grant(const Rights& rights, const ipc::OpenSession& request, LinkPeer* replaced) {
    const auto number = core_.store().add_session(user_.id, terminal(), rights.version);
    if (!number)
        return refuse_session(EndReason::kInternal, "database");
    session_ = Session{
        *number, {}, rights.session_policy(), std::time(nullptr), std::chrono::steady_clock::now(),
        false};
    randombytes_buf(session_->ticket.data(), session_->ticket.size());
    Event record = event(EventType::kSessionGranted);
    record.number(Field::kPolicyVersion, rights.version)
        .number(Field::kWidth, request.display.size.width())
        .number(Field::kHeight, request.display.size.height());
    if (replaced != nullptr)
        record.number(Field::kReplacedSession, replaced->session()->id);
    // No session without a record: the disk has it before the link hears of it.
    if (!core_.record_durable(record)) {
        if (const auto ended = core_.store().end_session(
                *number, static_cast<std::uint16_t>(EndReason::kAuditUnavailable));
            !ended)
            log_error("session {}: {}", *number, ended.error().message);
        session_.reset();
        return refuse_session(EndReason::kAuditUnavailable);
    }
    if (replaced != nullptr)
        replaced->terminate(EndReason::kReplaced);
    state_ = kGranted;
    const std::uint32_t seconds = remaining(rights.effective);
    send(static_cast<std::uint8_t>(BrokerLinkFrame::kSessionGranted),
         ipc::write_session_granted({session_->id, session_->ticket, seconds, session_->policy}));
    watch(seconds);
}

std::uint32_t LinkPeer::remaining(const policy::Effective& effective) const {
    const auto used = std::chrono::duration_cast<std::chrono::seconds>(
                          std::chrono::steady_clock::now() - session_->since)
                          .count();
    const std::int64_t total = std::int64_t{session_->policy.total_minutes} * 60 - used;
    return static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(total, 0, policy::seconds_permitted(effective, local_time())));
}

void LinkPeer::watch(std::uint32_t seconds) {
    clock_.expires_after(std::chrono::seconds(std::min(seconds, kWatchSeconds)));
    clock_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        if (const auto self = std::static_pointer_cast<LinkPeer>(weak.lock()); self && !error)
            self->check_time();
    });
}

void LinkPeer::check_time() {
    if (!session_ || terminating_)
        return;
    const auto rights = core_.rights(user_.id);
    if (!rights)
        return terminate(EndReason::kInternal);
    if (policy::access_denied(rights->effective, terminal(), local_time()))
        return terminate(EndReason::kNotPermitted);
    const std::uint32_t seconds = remaining(rights->effective);
    if (seconds == 0)
        return terminate(EndReason::kTotalTime);
    watch(seconds);
}

void LinkPeer::policy_changed() {
    const auto rights = core_.rights(user_.id);
    if (!rights)
        return terminate(EndReason::kInternal);
    if (policy::access_denied(rights->effective, terminal(), local_time()))
        return terminate(EndReason::kPolicyChanged);
    ipc::SessionPolicy changed = rights->session_policy();
    if (same_but_version(changed, session_->policy))
        return;
    session_->policy = std::move(changed);
    core_.record(event(EventType::kPolicyApplied).number(Field::kPolicyVersion, rights->version));
    send(static_cast<std::uint8_t>(BrokerLinkFrame::kPolicyChanged),
         ipc::write_policy_payload(session_->policy));
    check_time();
}

bool LinkPeer::session_started(Payload payload) {
    const auto session = ipc::read_session_started(payload);
    if (!session || !mine(*session))
        return false;
    state_ = kRunning;
    session_->running = true;
    core_.record(
        event(EventType::kSessionStarted).number(Field::kPolicyVersion, session_->policy.version));
    return true;
}

bool LinkPeer::session_ended(Payload payload) {
    const auto message = ipc::read_session_ended(payload);
    if (!message || !mine(message->session))
        return false;
    end_session(message->reason, message->totals);
    return true;
}

void LinkPeer::end_session(EndReason reason, const ipc::Totals& totals) {
    const auto lasted = std::chrono::duration_cast<std::chrono::seconds>(
        std::chrono::steady_clock::now() - session_->since);
    core_.record(event(EventType::kSessionEnded)
                     .number(Field::kReason, static_cast<std::uint64_t>(reason))
                     .number(Field::kBytesUp, totals.bytes_up)
                     .number(Field::kBytesDown, totals.bytes_down)
                     .number(Field::kUpdates, totals.updates)
                     .number(Field::kSeconds, static_cast<std::uint64_t>(lasted.count())));
    if (const auto ended =
            core_.store().end_session(session_->id, static_cast<std::uint16_t>(reason));
        !ended)
        log_error("session {}: {}", session_->id, ended.error().message);
    session_.reset();
    clock_.cancel();
    state_ = kLoggedIn;
}

}  // namespace sudare::broker

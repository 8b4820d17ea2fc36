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

// May be given to another link. One that is being ended is not saved by that.
bool may_move(const Core::Place& place) {
    return place.session->may_wait() && (place.link == nullptr || !place.link->terminating());
}

bool same(const ipc::Ticket& known, const ipc::Ticket& shown) {
    return known != ipc::Ticket{} && sodium_memcmp(known.data(), shown.data(), known.size()) == 0;
}

// The clock may be set and hours may end: looked at again at least this often.
constexpr std::uint32_t kWatchSeconds = 60;

bool same_but_version(ipc::SessionPolicy a, const ipc::SessionPolicy& b) {
    a.version = b.version;
    return a == b;
}

}  // namespace

// Link, terminal, account and rights are looked at anew for each session, and for each return to one.
// A log-in stands for the account as it was then; a ticket (no proof) for a session that runs on, which
// ends by itself where a change of the account ends sessions.
std::optional<Rights> LinkPeer::rights_for_session(const store::User& user,
                                                   const std::optional<auth::Proof>& proof) {
    const auto deny = [this](EndReason reason, std::string_view cause = {}) {
        refuse_session(reason, cause);
        return std::optional<Rights>();
    };
    if (const auto over = why_over())
        return deny(over->reason, over->cause);
    if (core_.emergencies().stops_user(user.name))
        return deny(EndReason::kEmergency, "emergency");
    const auto stored = core_.store().find_user(user.name);
    auto rights = core_.rights(user.id);
    if (!stored || !rights) {
        log_error("open session: {}", !stored ? stored.error().message : rights.error().message);
        return deny(EndReason::kInternal, "database");
    }
    // A session that must be recorded does not run unrecorded (fail closed).
    const auto recording = static_cast<ipc::Recording>(rights->effective.number(policy::FieldId::kEvidenceRecording));
    if (recording == ipc::Recording::kRequired && !can_record())
        return deny(EndReason::kAuditUnavailable, "recording_unavailable");
    if (!*stored || (*stored)->id != user.id || (*stored)->disabled)
        return deny(EndReason::kNotPermitted);
    if (proof) {
        const auto cause = auth::void_cause(*proof, *stored, rights->account_rules(), std::time(nullptr));
        if (!cause.empty())
            return deny(EndReason::kNotPermitted, cause);
    }
    if (const auto reason = policy::access_denied(rights->effective, terminal(), local_time()))
        return deny(*reason);
    return std::optional(std::move(*rights));
}

bool LinkPeer::open_session(Payload payload) {
    const auto request = ipc::read_open_session(payload);
    if (!request)
        return false;
    const auto rights = rights_for_session(user_, auth::Proof{user_, coded_});
    if (!rights)
        return true;
    if (const auto place = session_to_take_up(*rights))
        take_up(*place, *rights, request->display, "login");
    else if (const auto reason = may_open(*rights))
        refuse_session(*reason);
    else
        grant(*rights, request->display);
    return true;
}

// The ticket and the certificate that it was given to stand for the log-in.
bool LinkPeer::resume_session(Payload payload) {
    const auto request = ipc::read_resume_session(payload);
    if (!request)
        return false;
    const auto place = session_with_ticket(request->ticket);
    if (!place) {
        refuse_session(EndReason::kSessionGone);
    } else if (place->session->at.certificate != connected_.certificate) {
        refuse_session(EndReason::kSessionGone, "ticket_of_another_terminal", place->session->id);
    } else if (const auto rights = rights_for_session(place->session->user, {})) {
        if (rights->effective.number(policy::FieldId::kAccessResumeMinutes) == 0)
            refuse_session(EndReason::kSessionGone, "resuming_is_switched_off");
        else
            take_up(*place, *rights, request->display, "ticket");
        if (session_)
            session_->former_ticket = request->ticket;
    }
    if (!session_)
        state_ = kOver;
    return true;
}

std::optional<Core::Place> LinkPeer::session_with_ticket(const ipc::Ticket& ticket) const {
    std::optional<Core::Place> found;
    for (const Core::Place& place : core_.sessions())  // all of them: the time tells nothing
        if (may_move(place) && (same(place.session->ticket, ticket) ||
                                same(place.session->former_ticket, ticket)))
            found = place;
    return found;
}

// What a person who logs in finds again: the session whose viewer was lost last; with none of
// those, and no further session permitted, the newest one, wherever it is shown.
std::optional<Core::Place> LinkPeer::session_to_take_up(const Rights& rights) const {
    if (rights.effective.number(policy::FieldId::kAccessResumeMinutes) == 0)
        return std::nullopt;
    std::optional<Core::Place> lost, newest;
    std::uint32_t count = 0;
    for (const Core::Place& place : core_.sessions()) {
        const Session& session = *place.session;
        if (session.user.id != user_.id)
            continue;
        ++count;
        if (!may_move(place))
            continue;
        if (session.detached && (!lost || *session.detached > *lost->session->detached))
            lost = place;
        if (!newest || session.id > newest->session->id)
            newest = place;
    }
    const bool full = count >= rights.effective.number(policy::FieldId::kAccessSessionsMax);
    return lost ? lost : full ? newest : std::nullopt;
}

std::optional<EndReason> LinkPeer::may_open(const Rights& rights) const {
    const auto sessions = core_.sessions();
    const auto own = std::ranges::count_if(
        sessions, [&](const Core::Place& place) { return place.session->user.id == user_.id; });
    if (own >= static_cast<long>(rights.effective.number(policy::FieldId::kAccessSessionsMax)))
        return EndReason::kTooManySessions;
    if (sessions.size() >= Core::kSessionsMax)
        return EndReason::kNoResources;
    return std::nullopt;
}

void LinkPeer::refuse_session(EndReason reason, std::string_view cause, std::uint64_t session) {
    Event record = event(EventType::kSessionRefused);
    record.number(Field::kReason, static_cast<std::uint64_t>(reason));
    if (!cause.empty())
        record.text(Field::kCause, std::string(cause));
    if (session != 0)
        record.number(Field::kSession, session);
    core_.record(record);
    send(static_cast<std::uint8_t>(BrokerLinkFrame::kSessionRefused), ipc::write_reason(reason));
}

void LinkPeer::grant(const Rights& rights, const Display& display) {
    const auto number = core_.store().add_session(user_.id, terminal(), rights.version);
    if (!number)
        return refuse_session(EndReason::kInternal, "database");
    session_ = std::make_unique<Session>();
    session_->id = *number;
    session_->policy = core_.session_policy(rights);
    session_->user = user_;
    session_->at = connected_;
    session_->granted = std::time(nullptr);
    session_->since = std::chrono::steady_clock::now();
    randombytes_buf(session_->key.data(), session_->key.size());
    Event record = event(EventType::kSessionGranted);
    record.number(Field::kPolicyVersion, rights.version)
        .number(Field::kWidth, display.size.width())
        .number(Field::kHeight, display.size.height());
    // No session without a record: the disk has it before the link hears of it.
    if (!core_.record_durable(record)) {
        if (const auto ended = core_.store().end_session(
                *number, static_cast<std::uint16_t>(EndReason::kAuditUnavailable));
            !ended)
            log_error("session {}: {}", *number, ended.error().message);
        session_.reset();
        return refuse_session(EndReason::kAuditUnavailable);
    }
    send_grant(rights, false);
}

// The session comes here, whoever has it now; first the record, as for a new one.
void LinkPeer::take_up(const Core::Place& place, const Rights& rights, const Display& display,
                       std::string_view proof) {
    const Session& there = *place.session;
    user_ = there.user;
    using std::chrono::duration_cast, std::chrono::seconds;
    const auto now = std::chrono::steady_clock::now();
    const seconds away = duration_cast<seconds>(now - there.detached.value_or(now));
    Event record = event(EventType::kSessionResumed);
    record.number(Field::kSession, there.id)
        .text(Field::kCause, std::string(proof))
        .text(Field::kFormerTerminal, there.at.terminal)
        .number(Field::kPolicyVersion, rights.version)
        .number(Field::kSeconds, static_cast<std::uint64_t>(away.count()))
        .number(Field::kWidth, display.size.width())
        .number(Field::kHeight, display.size.height());
    if (!core_.record_durable(record))
        return refuse_session(EndReason::kAuditUnavailable);
    session_ = core_.take_session(place);
    session_->policy = core_.session_policy(rights);
    session_->at = connected_;
    session_->detached.reset();
    session_->former_ticket = {};
    send_grant(rights, true);
}

void LinkPeer::send_grant(const Rights& rights, bool resumed) {
    randombytes_buf(session_->ticket.data(), session_->ticket.size());
    policy_version_ = rights.version;
    state_ = kGranted;
    const std::uint32_t seconds = remaining(rights.effective);
    send(static_cast<std::uint8_t>(BrokerLinkFrame::kSessionGranted),
         ipc::write_session_granted({session_->id, session_->ticket, session_->key, resumed,
                                     seconds, session_->policy, core_.reviewer_keys()}));
    watch(seconds);
}

SessionPtr LinkPeer::hand_over() {
    handed_over_ = session_->id;
    SessionPtr session = std::move(session_);
    clock_.cancel();
    state_ = kHandedOver;
    terminate(EndReason::kReplaced);
    return session;
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
    // Its link sees to this by itself; it is not believed to.
    constexpr std::chrono::seconds kLinkGrace{10};
    if (session_->detached && std::chrono::steady_clock::now() - *session_->detached >
                                  std::chrono::minutes(session_->policy.resume_minutes) + kLinkGrace)
        return terminate(EndReason::kNotResumed);
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
    ipc::SessionPolicy changed = core_.session_policy(*rights);
    if (same_but_version(changed, session_->policy))
        return;
    session_->policy = std::move(changed);
    policy_version_ = rights->version;
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
    if (!std::exchange(session_->running, true))  // else session_resumed says so
        core_.record(event(EventType::kSessionStarted)
                         .number(Field::kPolicyVersion, session_->policy.version));
    return true;
}

bool LinkPeer::session_ended(Payload payload) {
    const auto message = ipc::read_session_ended(payload);
    if (!message || !mine(message->session))
        return false;
    if (message->reason == EndReason::kBrowserOld)
        core_.browser_watch().refused();
    end_session(message->reason, message->totals);
    return true;
}

bool LinkPeer::session_detached(Payload payload) {
    const auto session = ipc::read_session_started(payload);
    if (!session || !mine(*session))
        return false;
    core_.record(event(EventType::kSessionDetached));
    if (session_ && !session_->detached)
        session_->detached = std::chrono::steady_clock::now();
    return true;
}

bool LinkPeer::session_left(Payload payload) {
    const auto message = ipc::read_session_ended(payload);
    if (!message || !mine(message->session))
        return false;
    leave_session(message->reason, message->totals);
    return true;
}

void LinkPeer::end_session(EndReason reason, const ipc::Totals& totals) {
    clock_.cancel();
    if (!session_)  // handed over: it does not end with this link
        return leave_session(reason, totals);
    core_.end_session(event(EventType::kSessionEnded), *session_, reason, totals);
    session_.reset();
    state_ = kLoggedIn;
}

// The link goes, or is gone; the session waits where it is, if it may.
void LinkPeer::leave_session(EndReason reason, const ipc::Totals& totals) {
    if (session_ && (!session_->may_wait() || terminating_))
        return end_session(reason, totals);
    core_.record(event(EventType::kSessionLeft)
                     .number(Field::kReason, static_cast<std::uint64_t>(reason))
                     .number(Field::kBytesUp, totals.bytes_up)
                     .number(Field::kBytesDown, totals.bytes_down)
                     .number(Field::kUpdates, totals.updates));
    clock_.cancel();
    if (session_)
        core_.waiting().add(std::move(session_));
    handed_over_ = 0;
    state_ = kOver;
}

}  // namespace sudare::broker

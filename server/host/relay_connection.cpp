// SPDX-License-Identifier: Apache-2.0
#include "server/host/relay_connection.h"

#include <array>
#include <utility>

#include "server/base/log.h"
#include "server/base/unix_socket.h"
#include "server/host/browser_age.h"
#include "server/session/browser/box_layout.h"

namespace sudare::host {
namespace {

const ipc::TableRules kFromRelay{ipc::kRelayUpRows};

template <typename Frame>
constexpr std::uint8_t type_of(Frame frame) {
    return static_cast<std::uint8_t>(frame);
}

}  // namespace

RelayConnection::RelayConnection(HostContext& host, SlotNumber slot, Events events)
    : host_(host), slot_(slot), events_(std::move(events)), timer_(host.loop) {}

RelayConnection::~RelayConnection() {
    *alive_ = false;
    if (session_ != 0)
        host_.sessions.leave(session_, *this);
    if (control_)
        control_->close();
}

Result<std::unique_ptr<RelayConnection>> RelayConnection::create(HostContext& host, SlotNumber slot,
                                                                 UniqueFd connection,
                                                                 Events events) {
    std::unique_ptr<RelayConnection> out(new RelayConnection(host, slot, std::move(events)));
    SUDARE_TRY(auto pair, unix_pair());
    out->control_ = std::make_shared<ControlStream>(host.loop, std::move(pair.first), kFromRelay);
    SUDARE_TRY(Child child,
               start_relay(host.settings, slot, host.tls, connection.get(), pair.second.get()));
    RelayConnection* self = out.get();
    SUDARE_TRY(out->relay_, ChildWatch::create(host.loop, std::move(child), [self](int status) {
                   self->on_relay_exit(status);
               }));
    SUDARE_TRY(out->connection_, HangUpWatch::create(host.loop, connection.get(),
                                                     [self] { self->on_hang_up(); }));
    out->control_->listen({[self](const Frame& frame) { self->on_frame(frame); },
                           [self](EndReason reason) {
                               return reason == EndReason::kHostLost ? self->relay_gone()
                                                                     : self->stop(reason);
                           }});
    out->set_deadline(kStartDeadline);
    return out;
}

void RelayConnection::on_frame(const Frame& frame) {
    if (frame.type == type_of(ipc::HostRelayFrame::kStart) && state_ == State::kWaiting)
        return on_start(frame);
    if (frame.type == type_of(ipc::HostRelayFrame::kResume) && state_ == State::kWaiting)
        return on_resume(frame);
    if (state_ == State::kEnding)
        return;  // crossed with our kEnded
    if (state_ != State::kRunning || frame.type == type_of(ipc::HostRelayFrame::kStart) ||
        frame.type == type_of(ipc::HostRelayFrame::kResume))
        return stop(EndReason::kIllegalState);
    if (frame.type == type_of(ipc::HostRelayFrame::kPolicy)) {
        const auto policy = ipc::read_policy_payload(frame.payload);
        return policy ? host_.sessions.update_policy(session_, *policy)
                      : stop(EndReason::kMalformed);
    }
    const auto reason = ipc::read_reason(frame.payload);
    stop(reason ? *reason : EndReason::kMalformed);
}

void RelayConnection::on_start(const Frame& frame) {
    const auto start = ipc::read_session_start(frame.payload);
    if (!start) {
        log_warn("slot {}: {}", slot_, start.error().message);
        return stop(EndReason::kMalformed);
    }
    events_.proven();
    const auto days_left = browser_days();
    if (!days_left) {
        log_error("session {} may not start: {}", start->session, days_left.error().message);
        return stop(EndReason::kBrowserOld);
    }
    const auto made = host_.sessions.start(*start, *this);
    if (!made) {
        log_error("session {} cannot start: {}", start->session, made.error().message);
        return stop(EndReason::kNoResources);
    }
    session_ = start->session;
    state_ = State::kRunning;
    timer_.cancel();
    if (hung_up_)
        set_deadline(kHangUpGrace);
    if (!(*made)->running())
        return;  // a part of it could not be started: on_session_ended follows
    pass_streams(**made, {start->display, start->keyboard});
    if (host_.cgroups.kind() == CgroupKind::kNone)
        on_event({ipc::HostEventKind::kLimitsMissing, 0});
    if (*days_left)
        on_event({ipc::HostEventKind::kBrowserDays, **days_left});
}

// Of new sessions only: one that runs, or waits to be resumed, may be finished.
Result<std::optional<std::uint32_t>> RelayConnection::browser_days() const {
    if (host_.settings.browser_max_age_days == 0)
        return std::nullopt;
    SUDARE_TRY(const std::uint32_t left,
               browser_days_left(browser::kBrowserProgram, host_.settings.browser_max_age_days,
                                 std::chrono::system_clock::now()));
    return left;
}

void RelayConnection::on_resume(const Frame& frame) {
    const auto resume = ipc::read_session_resume(frame.payload);
    if (!resume) {
        log_warn("slot {}: {}", slot_, resume.error().message);
        return stop(EndReason::kMalformed);
    }
    events_.proven();
    state_ = State::kTaking;
    session_ = resume->session;
    terminal_ = {resume->display, resume->keyboard};
    if (host_.sessions.take_over(*resume, *this))
        return;
    log_warn("session {} cannot be resumed: it is not here, or not this link's", resume->session);
    session_ = 0;
    tell_end(EndReason::kSessionGone);
}

void RelayConnection::on_taken_over(Session& session) {
    log_info("session {} goes on in connection {}", session_, slot_);
    state_ = State::kRunning;
    timer_.cancel();
    if (hung_up_)
        set_deadline(kHangUpGrace);
    pass_streams(session, terminal_);
}

void RelayConnection::pass_streams(Session& session, const ipc::SessionAttach& attach) {
    Writer number(8);
    number.u64(session_);
    if (const auto ends = session.attach(attach)) {
        const std::array<int, ipc::kStartedFds> fds{ends->session.get(), ends->egress.get()};
        if (control_->send(type_of(ipc::HostRelayFrame::kStarted), number.view(), fds))
            return;
    }
    log_error("session {}: cannot pass the streams to the relay", session_);
    stop(EndReason::kNoResources);
}

void RelayConnection::on_event(ipc::HostEvent event) {
    control_->send(type_of(ipc::HostRelayFrame::kHostEvent), ipc::write_host_event(event));
}

void RelayConnection::stop(EndReason reason) {
    if (state_ == State::kRunning)
        return host_.sessions.stop(session_, reason);  // on_session_ended goes on from there
    if (state_ == State::kTaking) {
        host_.sessions.leave(session_, *this);
        session_ = 0;
    }
    if (state_ == State::kWaiting || state_ == State::kTaking)
        tell_end(reason);
}

void RelayConnection::on_session_ended(EndReason reason) {
    session_ = 0;
    tell_end(reason);
}

// A relay that reads on would take reports from its successor: it has nothing to lose, and its link
// has been told by the broker.
void RelayConnection::on_wanted_elsewhere() {
    if (relay_)
        return relay_->kill_group();  // relay_gone() follows
    relay_gone();
}

// Nobody reads the session's streams any more.
void RelayConnection::relay_gone() {
    if (state_ == State::kEnding || state_ == State::kOver)
        return;
    end_relay();
    if (session_ != 0)
        host_.sessions.leave(std::exchange(session_, 0), *this);
}

void RelayConnection::tell_end(EndReason reason) {
    control_->send(type_of(ipc::HostRelayFrame::kEnded), ipc::write_reason(reason));
    end_relay();
}

void RelayConnection::end_relay() {
    state_ = State::kEnding;
    control_->finish();
    set_deadline(kExitDeadline);
}

void RelayConnection::on_hang_up() {
    hung_up_ = true;
    if (state_ == State::kRunning)
        set_deadline(kHangUpGrace);
}

void RelayConnection::on_relay_exit(int status) {
    relay_.reset();
    connection_.reset();  // the last holder: now the connection is closed
    log_debug("slot {}: relay ended: {}", slot_, describe_wait_status(status));
    relay_gone();
    check_over();
}

void RelayConnection::set_deadline(std::chrono::seconds delay) {
    timer_.expires_after(delay);
    timer_.async_wait([this, alive = alive_](const boost::system::error_code& error) {
        if (error || !*alive)
            return;
        if (state_ == State::kWaiting || state_ == State::kTaking)
            return stop(EndReason::kStalled);
        if (!relay_)
            return;
        if (state_ == State::kRunning)
            log_warn("slot {}: the relay does not notice that its connection has ended", slot_);
        relay_->kill_group();  // on_relay_exit follows
    });
}

void RelayConnection::check_over() {
    if (state_ != State::kEnding || relay_)
        return;
    state_ = State::kOver;
    timer_.cancel();
    control_->close();
    events_.over();
}

}  // namespace sudare::host

// SPDX-License-Identifier: Apache-2.0
#include "server/host/relay_connection.h"

#include <array>
#include <boost/asio/post.hpp>

#include "server/base/log.h"
#include "server/base/unix_socket.h"

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
    out->control_->listen(
        {[self](const Frame& frame) { self->on_frame(frame); },
         [self](EndReason reason) {
             self->stop(reason == EndReason::kHostLost ? EndReason::kConnectionClosed : reason);
         }});
    out->set_deadline(kStartDeadline);
    return out;
}

void RelayConnection::on_frame(const Frame& frame) {
    if (frame.type == type_of(ipc::HostRelayFrame::kStart) && state_ == State::kWaiting)
        return on_start(frame);
    if (state_ == State::kEnding)
        return;  // crossed with our kEnded
    if (state_ != State::kRunning || frame.type == type_of(ipc::HostRelayFrame::kStart))
        return stop(EndReason::kIllegalState);
    if (frame.type == type_of(ipc::HostRelayFrame::kPolicy)) {
        const auto policy = ipc::read_policy_payload(frame.payload);
        return policy ? session_->update_policy(*policy) : stop(EndReason::kMalformed);
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
    if (host_.sessions >= host_.settings.sessions_max) {
        log_warn("session {} refused: {} sessions are the maximum", start->session,
                 host_.settings.sessions_max);
        return stop(EndReason::kNoResources);
    }
    if (const auto made = make_session(*start); !made) {
        log_error("session {} cannot start: {}", start->session, made.error().message);
        return stop(EndReason::kNoResources);
    }
    state_ = State::kRunning;
    ++host_.sessions;
    timer_.cancel();
    if (hung_up_)
        set_deadline(kHangUpGrace);
    if (!session_->running())
        return;  // a part of it could not be started: on_session_ended follows
    pass_streams(start->session);
    if (host_.cgroups.kind() == CgroupKind::kNone)
        send_event({ipc::HostEventKind::kLimitsMissing, 0});
}

Result<void> RelayConnection::make_session(const ipc::SessionStart& start) {
    Session::Events events{[this](ipc::HostEvent event) { send_event(event); },
                           [this](EndReason reason) { on_session_ended(reason); },
                           [this] { on_session_gone(); }};
    SUDARE_TRY(session_, Session::create(host_.loop, host_.settings, host_.cgroups, slot_, start,
                                         std::move(events)));
    return {};
}

void RelayConnection::pass_streams(std::uint64_t session) {
    const Session::RelayEnds ends = session_->take_relay_ends();
    const std::array<int, ipc::kStartedFds> fds{ends.session.get(), ends.egress.get()};
    Writer number(8);
    number.u64(session);
    if (control_->send(type_of(ipc::HostRelayFrame::kStarted), number.view(), fds))
        return;
    log_error("session {}: cannot pass the streams to the relay", session);
    stop(EndReason::kNoResources);
}

void RelayConnection::send_event(ipc::HostEvent event) {
    control_->send(type_of(ipc::HostRelayFrame::kHostEvent), ipc::write_host_event(event));
}

void RelayConnection::stop(EndReason reason) {
    if (state_ == State::kRunning && session_)
        return session_->stop(reason);  // on_session_ended goes on from there
    if (state_ == State::kWaiting)
        tell_end(reason);
}

void RelayConnection::on_session_ended(EndReason reason) {
    --host_.sessions;
    tell_end(reason);
}

// Called by the session, which must not be destroyed in here.
void RelayConnection::on_session_gone() {
    boost::asio::post(host_.loop, [this, alive = alive_] {
        if (!*alive)
            return;
        session_.reset();
        check_over();
    });
}

void RelayConnection::tell_end(EndReason reason) {
    state_ = State::kEnding;
    control_->send(type_of(ipc::HostRelayFrame::kEnded), ipc::write_reason(reason));
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
    stop(EndReason::kConnectionClosed);
    check_over();
}

void RelayConnection::set_deadline(std::chrono::seconds delay) {
    timer_.expires_after(delay);
    timer_.async_wait([this, alive = alive_](const boost::system::error_code& error) {
        if (error || !*alive)
            return;
        if (state_ == State::kWaiting)
            return stop(EndReason::kStalled);
        if (!relay_)
            return;
        if (state_ == State::kRunning)
            log_warn("slot {}: the relay does not notice that its connection has ended", slot_);
        relay_->kill_group();  // on_relay_exit follows
    });
}

void RelayConnection::check_over() {
    if (state_ != State::kEnding || relay_ || session_)
        return;
    state_ = State::kOver;
    timer_.cancel();
    control_->close();
    events_.over();
}

}  // namespace sudare::host

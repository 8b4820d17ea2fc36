// SPDX-License-Identifier: Apache-2.0
#include "server/broker/forwarding.h"

#include "server/base/log.h"

namespace sudare::broker {

using audit::Event;
using audit::EventType;
using audit::Field;
using ipc::ForwardState;

namespace {

constexpr std::chrono::seconds kTick{1};
constexpr std::chrono::minutes kViolationEvery{10};
constexpr unsigned kUnansweredMax = 5;  // then the forwarder stands still
const ipc::TableRules kRules{ipc::kForwardUpRows};

}  // namespace

void Forwarding::start(Callbacks callbacks) {
    callbacks_ = std::move(callbacks);
    if (configured())
        tick();
}

void Forwarding::tick() {
    if (peer_)
        unanswered_ = peer_->tell(callbacks_.end()) ? 0 : unanswered_ + 1;
    judge();
    timer_.expires_after(kTick);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error)
            tick();
    });
}

void Forwarding::judge() {
    const std::uint64_t durable = callbacks_.end().records;
    const auto changed = watch_.judge(ForwardWatch::Clock::now(), durable, report_.confirmed);
    if (!changed)
        return;
    Event event{*changed ? EventType::kForwardBehind : EventType::kForwardCaughtUp, {}};
    if (*changed) {
        log_error("audit log: the collector has the first {} of {} records: {}", report_.confirmed,
                  durable, cause());
        event.text(Field::kCause, std::string(cause()));
    }
    event.number(Field::kForwarded, report_.confirmed)
        .number(Field::kUnforwarded, durable - report_.confirmed);
    watch_.announced(callbacks_.record(event));
}

// What it said before it ended for good counts more than that it is away.
std::string_view Forwarding::cause() const {
    const bool ended =
        report_.state == ForwardState::kUnreadable || report_.state == ForwardState::kAnotherLog;
    if (peer_ && unanswered_ >= kUnansweredMax)
        return "forwarder_silent";
    return peer_ || ended ? name_of(report_.state) : "no_forwarder";
}

std::string_view Forwarding::state() const {
    return !configured() ? "off" : watch_.behind() ? cause() : "ok";
}

bool Forwarding::attach(const std::shared_ptr<ForwarderPeer>& peer) {
    if (peer_)
        return false;
    peer_ = peer;
    unanswered_ = 0;
    log_info("sudare-forwarder is connected");
    peer->tell(callbacks_.end());
    return true;
}

void Forwarding::detach(const ForwarderPeer* peer) {
    if (peer_.get() != peer)
        return;
    peer_.reset();
    log_warn("sudare-forwarder is gone: nothing is forwarded");
}

bool Forwarding::reported(const ipc::ForwardReport& report) {
    if (report.confirmed > callbacks_.end().records)
        return false;
    report_ = report;
    return true;
}

void Forwarding::violated(EndReason reason) {
    const auto now = ForwardWatch::Clock::now();
    if (violated_ && now - *violated_ < kViolationEvery)
        return;
    violated_ = now;
    watch_.announced(callbacks_.record(Event{EventType::kForwardViolation, {}}.number(
        Field::kReason, static_cast<std::uint64_t>(reason))));
}

ForwarderPeer::ForwarderPeer(UnixSocket socket, Forwarding& forwarding)
    : Stream(std::move(socket), kRules), forwarding_(forwarding) {}

bool ForwarderPeer::tell(const ipc::ForwardDurable& durable) {
    if (asked_)
        return false;
    asked_ = true;
    send(static_cast<std::uint8_t>(ipc::ForwardFrame::kDurable), ipc::payload_of(durable));
    return true;
}

void ForwarderPeer::on_frame(const Frame& frame) {
    const auto report = ipc::parse_forward_report(frame.payload);
    if (!asked_ || !report || !forwarding_.reported(*report)) {
        on_fault(EndReason::kMalformed);
        return close();
    }
    asked_ = false;
}

void ForwarderPeer::on_fault(EndReason reason) {
    log_error("sudare-forwarder: {}", name_of(reason));
    forwarding_.violated(reason);
}

}  // namespace sudare::broker

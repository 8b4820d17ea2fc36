// SPDX-License-Identifier: Apache-2.0
#include "server/broker/link_peer.h"

#include <algorithm>

#include "server/base/log.h"

namespace sudare::broker {

using audit::Event;
using audit::EventType;
using audit::Field;
using ipc::BrokerLinkFrame;

namespace {

const ipc::TableRules kRules{ipc::kBrokerUpRows};

constexpr std::string_view kFaultNames[] = {"none",        "no_certificate", "revoked", "wrong_ca",
                                            "tls_version", "alpn",           "timeout", "garbage",
                                            "expired",     "throttled",      "other"};

bool is_urgent(EndReason reason) {
    return reason == EndReason::kCertificateRevoked || reason == EndReason::kEmergency;
}

}  // namespace

// Every request: type, states in which it is permitted, handler. All of them are recorded by
// their handler; a frame that no row permits is recorded as link_violation.
struct LinkPeer::Row {
    BrokerLinkFrame type;
    unsigned states;
    bool (LinkPeer::*handler)(Payload);
};

const LinkPeer::Row LinkPeer::kRows[] = {
    {BrokerLinkFrame::kConnected, kFresh, &LinkPeer::connected},
    {BrokerLinkFrame::kHandshakeFailed, kFresh, &LinkPeer::handshake_failed},
    {BrokerLinkFrame::kLogin, kConnected, &LinkPeer::login},
    {BrokerLinkFrame::kChangePassword, kConnected | kEnrolling, &LinkPeer::change_password},
    {BrokerLinkFrame::kBeginFactor, kConnected | kEnrolling, &LinkPeer::begin_factor},
    {BrokerLinkFrame::kConfirmFactor, kEnrolling, &LinkPeer::confirm_factor},
    {BrokerLinkFrame::kAskRenewal, kConnected | kEnrolling, &LinkPeer::ask_renewal},
    {BrokerLinkFrame::kFetchCertificate, kConnected | kEnrolling, &LinkPeer::fetch_certificate},
    {BrokerLinkFrame::kOpenSession, kLoggedIn, &LinkPeer::open_session},
    {BrokerLinkFrame::kSessionStarted, kGranted, &LinkPeer::session_started},
    {BrokerLinkFrame::kSessionEnded, kGranted | kRunning | kHandedOver, &LinkPeer::session_ended},
    {BrokerLinkFrame::kSessionDetached, kGranted | kRunning | kHandedOver, &LinkPeer::session_detached},
    {BrokerLinkFrame::kSessionLeft, kGranted | kRunning | kHandedOver, &LinkPeer::session_left},
    {BrokerLinkFrame::kResumeSession, kConnected, &LinkPeer::resume_session},
    {BrokerLinkFrame::kCounters, kGranted | kRunning | kHandedOver, &LinkPeer::counters},
    {BrokerLinkFrame::kDestination, kGranted | kRunning | kHandedOver, &LinkPeer::destination},
    {BrokerLinkFrame::kRefusal,
     kConnected | kLoggedIn | kGranted | kRunning | kHandedOver | kEnrolling,
     &LinkPeer::refusal},
    {BrokerLinkFrame::kInputAlarm, kGranted | kRunning | kHandedOver, &LinkPeer::input_alarm},
    {BrokerLinkFrame::kRecordingStarted, kGranted | kRunning | kHandedOver, &LinkPeer::recording_started},
    {BrokerLinkFrame::kRecordingSegment, kGranted | kRunning | kHandedOver, &LinkPeer::recording_segment},
    {BrokerLinkFrame::kRecordingEnded, kGranted | kRunning | kHandedOver, &LinkPeer::recording_ended},
    {BrokerLinkFrame::kRecordingFailed, kGranted | kRunning | kHandedOver, &LinkPeer::recording_failed},
    {BrokerLinkFrame::kAskException, kGranted | kRunning | kHandedOver, &LinkPeer::ask_exception},
    {BrokerLinkFrame::kHostEvent, kGranted | kRunning | kHandedOver, &LinkPeer::host_event},
};

LinkPeer::LinkPeer(UnixSocket socket, Core& core)
    : Stream(std::move(socket), kRules),
      core_(core),
      number_(core.add_link(this)),
      clock_(executor()),
      deadline_(executor()) {}

LinkPeer::~LinkPeer() {
    core_.remove_link(this);
}

void LinkPeer::on_frame(const Frame& frame) {
    if (!frames_.take(1, std::chrono::steady_clock::now()))
        return violation(EndReason::kTooFast);
    for (const Row& row : kRows) {
        if (static_cast<std::uint8_t>(row.type) != frame.type)
            continue;
        if ((row.states & state_) == 0)
            return violation(EndReason::kIllegalState);
        if (!(this->*row.handler)(frame.payload))
            violation(EndReason::kMalformed);
        return;
    }
    violation(EndReason::kUnknownType);
}

void LinkPeer::violation(EndReason reason) {
    core_.record(event(EventType::kLinkViolation)
                     .number(Field::kReason, static_cast<std::uint64_t>(reason)));
    close();
}

void LinkPeer::on_closed() {
    clock_.cancel();
    deadline_.cancel();
    recording_lost();
    if (session_)
        leave_session(EndReason::kLinkCrashed, {});
    else if (state_ == kConnected || state_ == kLoggedIn || state_ == kEnrolling)
        core_.record(event(EventType::kDisconnected));
    state_ = kOver;
    core_.remove_link(this);
}

Event LinkPeer::event(EventType type) const {
    Event event{type, {}};
    event.number(Field::kConnection, number_);
    if (state_ != kFresh) {
        event.bytes(Field::kAddress, connected_.address).number(Field::kPort, connected_.port);
        if (!connected_.terminal.empty())
            event.text(Field::kTerminal, connected_.terminal);
    }
    if (user_.id != 0)
        event.text(Field::kUser, user_.name);
    if (session_ || handed_over_ != 0)
        event.number(Field::kSession, session_ ? session_->id : handed_over_);
    return event;
}

std::string LinkPeer::fingerprint() const {
    std::string out;
    for (const std::uint8_t byte : connected_.certificate)
        out += fmt::format("{:02x}", byte);
    return out;
}

// The link has verified the certificate against CA and CRL; here the registration decides, which
// acts at once where a CRL takes its time.
std::optional<LinkPeer::TerminalRefusal> LinkPeer::refuse_terminal() {
    if (core_.log().failed())
        return TerminalRefusal{EndReason::kAuditUnavailable, "audit_unavailable"};
    if (core_.emergencies().stops_terminal(connected_.terminal))
        return TerminalRefusal{EndReason::kEmergency, "emergency"};
    const auto known = core_.store().find_terminal(connected_.terminal);
    if (!known)
        return TerminalRefusal{EndReason::kInternal, "database"};
    if (known->empty())
        return TerminalRefusal{EndReason::kNotPermitted, "terminal_not_registered"};
    if (known->front().revoked)
        return TerminalRefusal{EndReason::kCertificateRevoked, "terminal_revoked"};
    const auto denied = core_.store().is_denied(connected_.serial);
    if (!denied)
        return TerminalRefusal{EndReason::kInternal, "database"};
    if (*denied)
        return TerminalRefusal{EndReason::kCertificateRevoked, "certificate_denied"};
    const auto renewed = take_up_renewal();
    if (!renewed)
        return renewed.error();
    const std::string shown = fingerprint();
    const bool listed = std::ranges::any_of(*known, [&](const auto& certificate) {
        return certificate.fingerprint.empty() || certificate.fingerprint == shown;
    });
    if (!listed && !*renewed)
        return TerminalRefusal{EndReason::kNotPermitted, "certificate_not_registered"};
    if (const auto seen = core_.store().saw_certificate(
            known->front(), connected_.serial, static_cast<std::int64_t>(connected_.not_after));
        !seen)
        return TerminalRefusal{EndReason::kInternal, "database"};
    return std::nullopt;
}

bool LinkPeer::connected(Payload payload) {
    auto message = ipc::read_connected(payload);
    if (!message)
        return false;
    connected_ = std::move(*message);
    state_ = kConnected;
    const auto refusal = refuse_terminal();
    const std::optional<EndReason> refused =
        refusal ? std::optional(refusal->reason) : std::nullopt;
    Event record = event(refused ? EventType::kConnectionRefused : EventType::kConnected);
    record.text(Field::kSerial, connected_.serial)
        .bytes(Field::kCertificate, connected_.certificate);
    if (refused)
        record.number(Field::kReason, static_cast<std::uint64_t>(*refused))
            .text(Field::kCause, std::string(refusal->cause));
    core_.record(record);
    state_ = refused ? kOver : kConnected;
    send(static_cast<std::uint8_t>(BrokerLinkFrame::kConnectedVerdict),
         ipc::write_connected_verdict(refused));
    return true;
}

bool LinkPeer::handshake_failed(Payload payload) {
    const auto message = ipc::read_handshake_failed(payload);
    if (!message)
        return false;
    connected_.address = message->address;
    connected_.port = message->port;
    state_ = kOver;
    core_.record(event(EventType::kHandshakeFailed)
                     .text(Field::kCause,
                           std::string(kFaultNames[static_cast<std::size_t>(message->fault)])));
    return true;
}

void LinkPeer::terminate(EndReason reason) {
    if (terminating_ || closed())
        return;
    terminating_ = true;
    core_.record(event(EventType::kSessionTerminated)
                     .number(Field::kReason, static_cast<std::uint64_t>(reason)));
    send(static_cast<std::uint8_t>(BrokerLinkFrame::kTerminate), ipc::write_reason(reason));
    deadline_.expires_after(is_urgent(reason) ? kRevokedDeadline : kEndDeadline);
    deadline_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        if (const auto self = weak.lock(); self && !error)
            self->close();
    });
}

}  // namespace sudare::broker

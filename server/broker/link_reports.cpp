// SPDX-License-Identifier: Apache-2.0
// What a link tells for the record during a session.
#include "server/broker/link_peer.h"

namespace sudare::broker {

using audit::EventType;
using audit::Field;

namespace {

// By ipc::Verdict, ipc::RefusalKind, ipc::InputAlarmKind, ipc::HostEventKind.
constexpr std::string_view kVerdicts[] = {
    "allowed",           "denied_by_rule", "denied_by_default", "denied_address", "denied_port",
    "denied_plain_http", "bad_name",       "not_resolved",      "connect_failed", "quota"};
constexpr std::string_view kRefusals[] = {"",      "protocol", "input_denied", "combination",
                                          "paste", "rate",     "host_protocol"};
constexpr std::string_view kInputAlarms[] = {"", "typed_fast", "pasted", "pointer"};
constexpr std::string_view kHostEvents[] = {"", "browser_started", "input_dropped",
                                            "limits_missing", "browser_try", "browser_old"};

template <std::size_t N, typename Enum>
std::string name_in(const std::string_view (&names)[N], Enum value) {
    const auto at = static_cast<std::size_t>(value);
    return at < N ? std::string(names[at]) : std::to_string(at);
}

}  // namespace

bool LinkPeer::counters(Payload payload) {
    const auto message = ipc::read_counters(payload);
    if (!message || !mine(message->session))
        return false;
    core_.record(event(EventType::kCounters)
                     .number(Field::kKeys, message->keys)
                     .number(Field::kMoves, message->moves)
                     .number(Field::kButtons, message->buttons)
                     .number(Field::kWheel, message->wheel)
                     .number(Field::kCodePoints, message->code_points)
                     .number(Field::kDropped, message->dropped));
    const std::uint64_t characters = std::uint64_t{message->keys} + message->code_points;
    if (const auto sum = core_.typed_today().add(user_.name, characters, local_time().tm_yday))
        core_.record(event(EventType::kInputAlarm)
                         .text(Field::kKind, "typed_in_a_day")
                         .number(Field::kNumber, *sum));
    return true;
}

bool LinkPeer::input_alarm(Payload payload) {
    const auto message = ipc::read_input_alarm(payload);
    if (!message || !mine(message->session))
        return false;
    core_.record(event(EventType::kInputAlarm)
                     .text(Field::kKind, name_in(kInputAlarms, message->kind))
                     .number(Field::kNumber, message->number));
    return true;
}

bool LinkPeer::destination(Payload payload) {
    const auto message = ipc::read_session_destination(payload);
    if (!message || !mine(message->session))
        return false;
    const ipc::Destination& to = message->destination;
    core_.record(event(EventType::kDestination)
                     .flag(Field::kReportedByHost, true)
                     .text(Field::kHost, to.host)
                     .number(Field::kHostPort, to.port)
                     .bytes(Field::kHostAddress, to.address)
                     .text(Field::kVerdict, name_in(kVerdicts, to.verdict))
                     .number(Field::kRule, to.rule)
                     .number(Field::kRequests, to.requests)
                     .number(Field::kBytesUp, to.bytes_up)
                     .number(Field::kBytesDown, to.bytes_down)
                     .number(Field::kPolicyVersion, policy_version_));
    return true;
}

bool LinkPeer::refusal(Payload payload) {
    const auto message = ipc::read_refusal(payload);
    if (!message || (message->session != 0 && !mine(message->session)))
        return false;
    audit::Event record = event(EventType::kRefusal);
    record.text(Field::kKind, name_in(kRefusals, message->kind))
        .number(Field::kNumber, message->number);
    if (message->kind == ipc::RefusalKind::kProtocol ||
        message->kind == ipc::RefusalKind::kHostProtocol)
        record.number(Field::kReason, message->number);
    core_.record(record);
    return true;
}

bool LinkPeer::host_event(Payload payload) {
    const auto message = ipc::read_session_host_event(payload);
    if (!message || !mine(message->session))
        return false;
    if (message->event.kind == ipc::HostEventKind::kBrowserDays &&
        !core_.browser_watch().days_left(message->event.value, local_time().tm_yday))
        return true;
    core_.record(event(EventType::kHostEvent)
                     .flag(Field::kReportedByHost, true)
                     .text(Field::kKind, name_in(kHostEvents, message->event.kind))
                     .number(Field::kNumber, message->event.value));
    return true;
}

}  // namespace sudare::broker

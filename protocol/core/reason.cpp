// SPDX-License-Identifier: Apache-2.0
#include "protocol/core/reason.h"

#include <array>

namespace sudare {
namespace {

struct Row {
    EndReason reason;
    std::string_view name;
};

constexpr std::array kRows{
    Row{EndReason::kUserEnded, "user_ended"},
    Row{EndReason::kBrowserClosed, "browser_closed"},
    Row{EndReason::kAdminEnded, "admin_ended"},
    Row{EndReason::kServerStopping, "server_stopping"},
    Row{EndReason::kConnectionClosed, "connection_closed"},
    Row{EndReason::kReplaced, "replaced"},
    Row{EndReason::kIdle, "idle"},
    Row{EndReason::kTotalTime, "total_time"},
    Row{EndReason::kNotPermitted, "not_permitted"},
    Row{EndReason::kTooManySessions, "too_many_sessions"},
    Row{EndReason::kPolicyChanged, "policy_changed"},
    Row{EndReason::kCertificateRevoked, "certificate_revoked"},
    Row{EndReason::kLoginFailed, "login_failed"},
    Row{EndReason::kLoginTimeout, "login_timeout"},
    Row{EndReason::kNotResumed, "not_resumed"},
    Row{EndReason::kSessionGone, "session_gone"},
    Row{EndReason::kBrowserOld, "browser_old"},
    Row{EndReason::kEmergency, "emergency"},
    Row{EndReason::kMalformed, "malformed"},
    Row{EndReason::kUnknownType, "unknown_type"},
    Row{EndReason::kIllegalState, "illegal_state"},
    Row{EndReason::kTooFast, "too_fast"},
    Row{EndReason::kStalled, "stalled"},
    Row{EndReason::kPictureRejected, "picture_rejected"},
    Row{EndReason::kBrowserCrashed, "browser_crashed"},
    Row{EndReason::kSessionCrashed, "session_crashed"},
    Row{EndReason::kEgressLost, "egress_lost"},
    Row{EndReason::kHostLost, "host_lost"},
    Row{EndReason::kBrokerLost, "broker_lost"},
    Row{EndReason::kLinkCrashed, "link_crashed"},
    Row{EndReason::kDecoderFailed, "decoder_failed"},
    Row{EndReason::kAuditUnavailable, "audit_unavailable"},
    Row{EndReason::kNoResources, "no_resources"},
    Row{EndReason::kInternal, "internal"},
};

}  // namespace

std::optional<EndReason> end_reason_from(std::uint16_t number) {
    for (const Row& row : kRows)
        if (static_cast<std::uint16_t>(row.reason) == number)
            return row.reason;
    return std::nullopt;
}

std::string_view name_of(EndReason reason) {
    for (const Row& row : kRows)
        if (row.reason == reason)
            return row.name;
    return "unknown";
}

}  // namespace sudare

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

// Why a connection or a session ended. One list for the wire, the inner borders and the audit
// log. Numbers never change their meaning; new ones are added at the end of their group.
namespace sudare {

enum class EndReason : std::uint16_t {
    // Somebody asked for it.
    kUserEnded = 1,        // the user pressed "end"
    kBrowserClosed = 2,    // the last browser window was closed
    kAdminEnded = 3,       // an administrator ended the session
    kServerStopping = 4,   // orderly shutdown
    kConnectionClosed = 5, // the viewer's connection went away
    kReplaced = 6,         // the session goes on at another terminal or connection
    // Rules.
    kIdle = 20,            // idle minutes of the policy
    kTotalTime = 21,       // total minutes of the policy
    kNotPermitted = 22,    // account disabled, outside hours, wrong terminal
    kTooManySessions = 23, // sessions at once
    kPolicyChanged = 24,   // a change of policy ended the session
    kCertificateRevoked = 25,
    kLoginFailed = 26,     // too many tries on one connection
    kLoginTimeout = 27,
    kNotResumed = 28,      // nobody came back within access.resume_minutes
    kSessionGone = 29,     // asked to resume a session that is over, or is not this terminal's
    kBrowserOld = 30,      // the session host's browser is older than its setting allows
    kEmergency = 31,       // the security staff has stopped the session, the person or the terminal
    // The peer's bytes.
    kMalformed = 40,       // wrong length or content of a known message
    kUnknownType = 41,     // a type that is not in the list
    kIllegalState = 42,    // a known message at the wrong time
    kTooFast = 43,         // far above the metered rates
    kStalled = 44,         // half a message, or no Pong, for too long
    kPictureRejected = 45, // an Update that failed the gate
    // Something of ours ended.
    kBrowserCrashed = 60,
    kSessionCrashed = 61,
    kEgressLost = 62,
    kHostLost = 63,        // the session host cannot be reached or went away
    kBrokerLost = 64,
    kLinkCrashed = 65,
    kDecoderFailed = 66,   // the viewer's decoder ended
    kAuditUnavailable = 67,// no record, no session
    kNoResources = 68,     // the host has no room or cannot limit the session
    kInternal = 69,
};

// The reason when the number is one of the list.
std::optional<EndReason> end_reason_from(std::uint16_t number);

// The stable English identifier, as in logs: "user_ended".
std::string_view name_of(EndReason reason);

}  // namespace sudare

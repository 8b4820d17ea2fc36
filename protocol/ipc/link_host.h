// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "protocol/core/reason.h"
#include "protocol/core/result.h"
#include "protocol/core/terminal.h"
#include "protocol/ipc/destination.h"
#include "protocol/ipc/policy.h"
#include "protocol/ipc/rules.h"

// sudare-link <-> sudare-relay, over TLS 1.3 with mutual certificates, ALPN "sudare-host/1".
// One connection carries one session, which may outlive it: when a connection ends without kStop,
// the session waits for a kResume on another one, for as long as its policy says and at most
// limits::kUnattendedHold. Besides the frames below, the input messages of the wire
// (0x04..0x0B) go up and Update, CursorShape and TextField (0x44..0x46) come down unchanged.
// No name, password or key crosses: a session is a number here.
namespace sudare::ipc {

inline constexpr char kHostAlpn[] = "sudare-host/1";

enum class LinkHostFrame : std::uint8_t {
    // up (link to host)
    kStart = 0x81,         // SessionStart; first and once, this or kResume
    kPolicy = 0x82,        // a SessionPolicy; takes effect at once
    kStop = 0x83,          // u16 EndReason; the connection ends after kEnded
    kResume = 0x84,        // SessionResume; answered by kStarted, or by kEnded(kSessionGone). The
                           // connection that had the session gets kEnded(kReplaced)
    kDetach = 0x85,        // no payload: the viewer is gone. No picture comes, no input may go
                           // any more; reports still come, and the session stays
    // down (host to link)
    kStarted = 0xA1,       // u64 session
    kEnded = 0xA2,         // u16 EndReason; last frame
    kDestination = 0xA3,   // Destination
    kHostEvent = 0xA4,     // HostEvent
};

// Made by the broker for each session, known to nobody but the links that it gives the session to:
// a broken link cannot take over what it was not granted.
using SessionKey = std::array<std::uint8_t, 16>;

struct SessionStart {
    std::uint64_t session = 0;  // the broker's number, never reused
    SessionKey key{};
    Display display;
    KeyboardLayout keyboard = KeyboardLayout::kUs;
    Locale locale = Locale::kJapanese;
    SessionPolicy policy;
};

struct SessionResume {
    std::uint64_t session = 0;
    SessionKey key{};
    Display display;
    KeyboardLayout keyboard = KeyboardLayout::kUs;
};

// Something that the session host tells for the record.
enum class HostEventKind : std::uint8_t {
    kBrowserStarted = 1,   // value: milliseconds from start to first picture
    kInputDropped = 2,     // value: count that the session's own filter dropped
    kLimitsMissing = 3,    // started without resource limits (setting "optional")
    kBrowserTry = 4,       // value: HostTry, something the browser was kept from
    kBrowserDays = 5,      // value: days left until it is too old to start sessions; only with that
                           // setting, once for each session that starts
};
struct HostEvent {
    HostEventKind kind = HostEventKind::kBrowserStarted;
    std::uint32_t value = 0;
};

inline constexpr RuleRow kLinkHostUpRows[] = {
    {0x81, {8 + 16 + kDisplayBytes + 2 + kPolicyBytesMin, limits::kIpcFrameMax}},
    {0x82, {kPolicyBytesMin, limits::kIpcFrameMax}},
    {0x83, {2, 2}},
    {0x84, {8 + 16 + kDisplayBytes + 1, 8 + 16 + kDisplayBytes + 1}},
    {0x85, {0, 0}},
};
inline constexpr RuleRow kLinkHostDownRows[] = {
    {0xA1, {8, 8}},
    {0xA2, {2, 2}},
    {0xA3, {kDestinationMin, kDestinationMax}},
    {0xA4, {5, 5}},
};

std::vector<std::uint8_t> write_session_start(const SessionStart& start);
Result<SessionStart> read_session_start(std::span<const std::uint8_t> payload);
std::vector<std::uint8_t> write_session_resume(const SessionResume& resume);
Result<SessionResume> read_session_resume(std::span<const std::uint8_t> payload);

std::vector<std::uint8_t> write_policy_payload(const SessionPolicy& policy);
Result<SessionPolicy> read_policy_payload(std::span<const std::uint8_t> payload);

// u16 EndReason; an unknown number is kBadInput.
std::vector<std::uint8_t> write_reason(EndReason reason);
Result<EndReason> read_reason(std::span<const std::uint8_t> payload);

std::vector<std::uint8_t> write_host_event(const HostEvent& event);
Result<HostEvent> read_host_event(std::span<const std::uint8_t> payload);

}  // namespace sudare::ipc

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "protocol/core/reason.h"
#include "protocol/core/result.h"
#include "protocol/core/terminal.h"
#include "protocol/ipc/policy.h"
#include "protocol/ipc/rules.h"

// sudare-host <-> sudare-session, over a Unix stream. The session faces the browser and may fall
// to it, so what it says back is a closed list of two.
//
// What sudare-host gives a session that it starts (no arguments, empty environment but
// SUDARE_LOG): fd 3 this stream; fd 4 the listening Wayland socket, to which exactly one browser
// box can connect; fd 5 another, to which only the box of an input method can. kConfig is in the stream before the process starts.
namespace sudare::ipc {

enum class HostSessionFrame : std::uint8_t {
    // host to session
    kConfig = 0x01,  // SessionConfig; first and once
    kAttach = 0x02,  // SessionAttach, one descriptor: the stream to the relay (protocol/wire
                     // frames); again: the former one is closed and a full picture is sent
    kPolicy = 0x03,  // SessionRules; takes effect at once
    kStop = 0x04,    // EndReason; the session tells the viewer side what it must and exits 0
    // session to host
    kReady = 0x81,  // the browser's first window has been composed
    kEnded = 0x82,  // EndReason: the session ends by itself; last frame
};

// The parts of a SessionPolicy that the session enforces; no host list or address reaches it.
struct SessionRules {
    InputPolicy input;
    DisplayPolicy display;
    bool recorded = false;  // whole pictures now and then, so that a replay can seek
    friend bool operator==(const SessionRules&, const SessionRules&) = default;
};

struct SessionConfig {
    Display display;
    KeyboardLayout keyboard = KeyboardLayout::kUs;
    Locale locale = Locale::kJapanese;
    SessionRules rules;
};

// The terminal at the other end of the stream.
struct SessionAttach {
    Display display;
    KeyboardLayout keyboard = KeyboardLayout::kUs;
};

inline constexpr int kSessionControlFd = 3, kSessionWaylandFd = 4, kSessionInputMethodFd = 5;

inline constexpr RuleRow kSessionDownRows[] = {
    {static_cast<std::uint8_t>(HostSessionFrame::kConfig), {kDisplayBytes + 2 + 32, 4096}},
    {static_cast<std::uint8_t>(HostSessionFrame::kAttach), {kDisplayBytes + 1, kDisplayBytes + 1}},
    {static_cast<std::uint8_t>(HostSessionFrame::kPolicy), {32, 4096}},
    {static_cast<std::uint8_t>(HostSessionFrame::kStop), {2, 2}},
};
inline constexpr RuleRow kSessionUpRows[] = {
    {static_cast<std::uint8_t>(HostSessionFrame::kReady), {0, 0}},
    {static_cast<std::uint8_t>(HostSessionFrame::kEnded), {2, 2}},
};

// Payloads. A SessionRules travels as a SessionPolicy whose other parts are the defaults: one
// layout, one parser. Errors: kBadInput, naming the field. Reasons: read_reason in link_host.h.
std::vector<std::uint8_t> write_session_config(const SessionConfig& config);
Result<SessionConfig> read_session_config(std::span<const std::uint8_t> payload);
std::vector<std::uint8_t> write_session_attach(const SessionAttach& attach);
Result<SessionAttach> read_session_attach(std::span<const std::uint8_t> payload);
std::vector<std::uint8_t> write_session_rules(const SessionRules& rules);
Result<SessionRules> read_session_rules(std::span<const std::uint8_t> payload);

}  // namespace sudare::ipc

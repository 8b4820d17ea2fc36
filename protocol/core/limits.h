// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

// Every size, count and rate that a peer can push against, with its unit and its reason.
namespace sudare::limits {

// --- framing -----------------------------------------------------------------------------------
inline constexpr std::size_t kFrameHeaderBytes = 4;            // type u8, length u24
inline constexpr std::size_t kLengthFieldMax = (1U << 24) - 1;  // what u24 can say
// One Update. 1 MiB holds any 1080p text page (162-272 kB) with room for photographs; larger
// changes are split, so that the receiver starts decoding early.
inline constexpr std::size_t kUpdateMax = 1U << 20;
// The largest frame of any inner border (ipc): a policy with its host lists, and what travels beside it
// (most: the private sites of an egress configuration).
inline constexpr std::size_t kIpcFrameMax = 4U << 20;
inline constexpr std::size_t kPolicyBytesMax = kIpcFrameMax - (128U << 10);

// --- picture -----------------------------------------------------------------------------------
inline constexpr std::uint16_t kWidthMin = 320;    // below this no page is usable
inline constexpr std::uint16_t kHeightMin = 240;
inline constexpr std::uint16_t kWidthMax = 3840;   // 4K: 33 MB of canvas per side
inline constexpr std::uint16_t kHeightMax = 2160;
inline constexpr std::uint16_t kScaleMin = 60;     // units of 1/120, as wp_fractional_scale: 0.5
inline constexpr std::uint16_t kScaleMax = 720;    // 6.0: a screen of scale 2 at a zoom of 300 %
inline constexpr std::size_t kOpsPerUpdateMax = 256;
inline constexpr std::size_t kRectsPerOpMax = 1024;
// What all Lossless blocks of one Update may expand to: the canvas twice over. It bounds what a
// hostile session host can make a decoder do with 1 MiB of input.
inline constexpr std::size_t kExpandedPerUpdateMax = 2ULL * kWidthMax * kHeightMax * 4;
inline constexpr std::uint8_t kVideoRegionsMax = 4;  // simultaneous VP9 streams of one session
// Unacknowledged updates in flight: more only adds latency (reference/performance.md section 2).
inline constexpr std::uint32_t kWindowUpdatesMax = 16;

// --- input -------------------------------------------------------------------------------------
inline constexpr std::size_t kTextCodePointsMax = 32;  // longer commits are split by the viewer
inline constexpr std::size_t kTextBytesMax = kTextCodePointsMax * 4;
inline constexpr std::size_t kUserNameBytesMax = 64;
inline constexpr std::size_t kPasswordBytesMin = 10;  // of a new one
inline constexpr std::size_t kPasswordBytesMax = 128;
inline constexpr std::size_t kOneTimeCodeDigits = 6;
// Token buckets, per second and burst. A person types below 20 keys a second and a mouse reports
// 125 moves; the viewer merges moves to this rate, so nothing of an honest user is lost.
inline constexpr std::uint32_t kKeysPerSecond = 60, kKeysBurst = 240;
inline constexpr std::uint32_t kMovesPerSecond = 125, kMovesBurst = 250;
inline constexpr std::uint32_t kButtonsPerSecond = 40, kButtonsBurst = 80;
inline constexpr std::uint32_t kWheelPerSecond = 120, kWheelBurst = 240;
inline constexpr std::uint32_t kTextPerSecond = 30, kTextBurst = 60;
inline constexpr std::uint32_t kResizePerSecond = 20, kResizeBurst = 60;
// While something is held: how often the viewer says so, and after how long without it the session
// lets go of keys that repeat. Four may be late.
inline constexpr std::chrono::milliseconds kHeldInterval{400}, kHeldDeadline{2000};
inline constexpr std::uint32_t kHeldPerSecond = 5, kHeldBurst = 10;
inline constexpr std::int16_t kWheelStepMax = 120 * 20;  // twenty notches in one report
// Profile strict, what the viewer has to know of it too (reference/security.md section 5; the rest
// is in server/session/input/profile.h).
inline constexpr std::uint32_t kStrictMovesPerSecond = 30, kStrictWheelPerSecond = 20;
inline constexpr std::uint16_t kStrictPositionStep = 2;  // device pixels
inline constexpr std::chrono::milliseconds kStrictSlot{20};
inline constexpr std::chrono::seconds kStrictResizeInterval{2};

// --- time --------------------------------------------------------------------------------------
inline constexpr std::chrono::seconds kHandshakeDeadline{10};  // accept to TLS finished
inline constexpr std::chrono::seconds kLoginDeadline{120};     // TLS finished to logged in
inline constexpr std::chrono::seconds kFrameDeadline{5};       // first to last byte of a frame
inline constexpr std::chrono::seconds kPingInterval{5};
inline constexpr std::chrono::seconds kPingDeadline{15};       // no Pong: the connection is dead
// A session at its host that no link watches: after a crash or a restart of the gateway. Nobody can
// end it then or change its policy, so it waits for this long at most.
inline constexpr std::chrono::seconds kUnattendedHold{120};
inline constexpr unsigned kLoginTriesPerConnection = 3;

// --- policy and audit --------------------------------------------------------------------------
// A host rule counts as at least so many bytes of a policy (names are seldom shorter), which bounds how
// many a session can have by the size of its message.
inline constexpr std::size_t kHostRuleBytesMin = 16;
inline constexpr std::size_t kHostRulesMax = kPolicyBytesMax / kHostRuleBytesMin;
// Entries of web.hosts in one layer, without those of the lists that it names: their places are the
// numbers of rules.
inline constexpr std::size_t kHostEntriesMax = 65536;
inline constexpr std::size_t kHostBytesMax = 253;        // RFC 1035 2.3.4, text form
inline constexpr std::size_t kUrlBytesMax = 2048;
// Chromium ignores entries of URLBlocklist after 1,500; the rest is for what is always denied.
inline constexpr std::size_t kDeniedUrlsMax = 1400;
inline constexpr std::size_t kBookmarksMax = 64;
inline constexpr std::size_t kTerminalsMax = 256;        // per rule
inline constexpr std::size_t kTerminalNameBytesMax = 64;
inline constexpr std::size_t kAuditRecordBytesMax = 64U << 10;

}  // namespace sudare::limits

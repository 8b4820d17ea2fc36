// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

// Every size, count and time that a browser, a web server or a resolver can push against.
namespace sudare::egress::limits {

using std::chrono::milliseconds;
using std::chrono::seconds;

// --- connections -------------------------------------------------------------------------------
// Hard ceiling above any policy. Chromium opens at most 99 connections to one proxy.
inline constexpr std::uint32_t kConnectionsMax = 200;
// Connections above the quota that are accepted only to be answered with 503; more wait in the
// kernel's backlog.
inline constexpr std::uint32_t kRefusalSlots = 16;
// One read of a tunnel. Two per connection: 200 connections hold at most 6.4 MiB.
inline constexpr std::size_t kPieceBytes = 16U << 10;

// --- HTTP --------------------------------------------------------------------------------------
// Chromium's own limit for a response head is 256 KiB; 64 KiB holds every cookie jar seen.
inline constexpr std::uint32_t kHeadBytesMax = 64U << 10;
inline constexpr std::size_t kFieldsMax = 128;
inline constexpr std::size_t kTargetBytesMax = 16U << 10;  // request target in absolute form
inline constexpr unsigned kInterimResponsesMax = 8;        // 1xx before the final response

// --- time --------------------------------------------------------------------------------------
inline constexpr seconds kHeadDeadline{20};   // first byte of a request to end of its head
inline constexpr seconds kKeepAliveIdle{60};  // between two plain requests
inline constexpr seconds kResolveDeadline{10};
inline constexpr milliseconds kResolveTry{2000};  // first try of c-ares; doubles with each round
inline constexpr int kResolveTries = 3;
inline constexpr seconds kConnectTry{5};       // one address
inline constexpr seconds kUpstreamReply{30};   // CONNECT sent to the upstream proxy
inline constexpr seconds kResponseHead{120};   // plain request sent to the head of its response
inline constexpr seconds kTunnelIdle{600};     // a quiet WebSocket pings far more often
inline constexpr seconds kHalfClosedIdle{60};  // one side has finished and the other is silent
inline constexpr std::size_t kAddressesTried = 6;
inline constexpr std::size_t kAddressesMax = 64;  // of one answer; more is refused

// --- reports -----------------------------------------------------------------------------------
inline constexpr seconds kReportWindow{60};
// Different permitted destinations in one window: a page names about a hundred. Bounds what a
// hostile page can write into the audit log; further ones are refused.
inline constexpr std::size_t kDestinationsMax = 1024;
// Different refused ones, which a page can invent as it likes; further ones are summed up. A page
// that does nothing else then makes about 65 MB of records a day, not one GB.
inline constexpr std::size_t kRefusedMax = 128;
// Reports waiting for sudare-host, in bytes. Above it the process ends: no record, no session.
inline constexpr std::size_t kReportQueueBytes = 1U << 20;

}  // namespace sudare::egress::limits

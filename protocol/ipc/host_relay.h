// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/ipc/link_host.h"
#include "protocol/ipc/rules.h"

// sudare-relay <-> sudare-host, over a Unix stream. The relay speaks TLS to the border and reads
// every network byte; the host is the privileged launcher and reads only this: numbers, enums and
// a SessionPolicy, each checked again on arrival. Layouts are those of link_host.h, so that the
// relay checks a frame and passes it on. One relay carries one connection and at most one session.
//
// What sudare-host gives a relay that it starts (no arguments, empty environment but SUDARE_LOG):
//   fd 3  the accepted TCP connection, blocking, TLS not yet begun
//   fd 4  this stream
//   fd 5  certificate chain (PEM), fd 6 private key (PEM), fd 7 CA that signs the border (PEM),
//   fd 8  revocation list (PEM), empty when none is set: sealed memory shared by all relays, so
//         read with pread (read_whole), never with read
// The relay ends with status 0 after an orderly end. When the stream ends without kEnded, the host
// is gone: kHostLost. When the relay's side ends, the session waits for another
// relay, or ends with kConnectionClosed where its policy does not let it wait.
namespace sudare::ipc {

enum class HostRelayFrame : std::uint8_t {
    // relay to host
    kStart = 0x81,   // SessionStart (write_session_start); first and once, this or kResume
    kPolicy = 0x82,  // SessionPolicy (write_policy_payload); between kStarted and kStop
    kStop = 0x83,    // EndReason (write_reason); answered by kEnded
    kResume = 0x84,  // SessionResume (write_session_resume); answered like kStart
    // host to relay
    kStarted = 0xA1,    // u64 session, with kStartedFds descriptors
    kEnded = 0xA2,      // EndReason; last frame. kReplaced: another relay has the session now
    kHostEvent = 0xA4,  // HostEvent, to be passed on to the link
};

// The descriptors of kStarted, in this order, both Unix streams:
//   0  the session: wire input messages go up, updates come down (sudare-session at its end)
//   1  the egress reports: EgressFrame::kDestination comes down. Read only: the host keeps a
//      duplicate into which it writes EgressConfig, so nobody else may write here, and nobody may
//      change its file flags (use MSG_DONTWAIT, not O_NONBLOCK).
inline constexpr std::size_t kStartedFds = 2;
inline constexpr int kRelaySocketFd = 3, kRelayControlFd = 4, kRelayCertificateFd = 5,
                     kRelayKeyFd = 6, kRelayAuthorityFd = 7, kRelayRevokedFd = 8;

inline constexpr RuleRow kRelayUpRows[] = {kLinkHostUpRows[0], kLinkHostUpRows[1],
                                           kLinkHostUpRows[2], kLinkHostUpRows[3]};
inline constexpr RuleRow kRelayDownRows[] = {
    {static_cast<std::uint8_t>(HostRelayFrame::kStarted), {8, 8}},
    {static_cast<std::uint8_t>(HostRelayFrame::kEnded), {2, 2}},
    {static_cast<std::uint8_t>(HostRelayFrame::kHostEvent), {5, 5}},
};

}  // namespace sudare::ipc

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "protocol/core/result.h"

// sudare-gateway <-> sudare-link. The gateway accepts, throttles and starts one link per
// connection; it never reads a byte of the peer. The link has no right to open or connect
// anything: what it needs is there when it starts, or comes as a descriptor over the control
// stream.
//
// What sudare-gateway gives a link (no arguments, empty environment but SUDARE_LOG):
//   fd 3  the accepted TCP connection, TLS not yet begun
//   fd 4  a connection to the broker (broker_link.h)
//   fd 5  LinkSettings in sealed memory
//   fd 7  a connection to the recorder (link_recorder.h), when LinkSettings says so
//   fd 6  the control stream: single bytes of LinkRequest up and LinkOrder down; some orders
//         bring one descriptor in the same message
// The end of the control stream means that the gateway is gone: the link ends its session.
namespace sudare::ipc {

inline constexpr int kLinkSocketFd = 3, kLinkBrokerFd = 4, kLinkSettingsFd = 5,
                     kLinkControlFd = 6, kLinkRecorderFd = 7;

enum class LinkRequest : std::uint8_t {
    kProven = 0x01,       // the terminal's certificate is good: no longer an unproven start
    kConnectHost = 0x02,  // answered by kHostConnected or kHostFailed; once, after kProven: a link
                          // serves one session, and each has its own connection
    kConnectRecorder = 0x03,  // the recorder was lost, or was not there; after kProven, answered by
                              // kRecorderConnected or kRecorderFailed; not again within
                              // kRecorderPause
};
inline constexpr std::chrono::seconds kRecorderPause{10};
enum class LinkOrder : std::uint8_t {
    kHostConnected = 0x81,  // with the TCP connection to the session host
    kHostFailed = 0x82,     // refused, no route or too slow
    kRevocation = 0x83,     // with sealed memory: newer RevocationLists; check the peers again
    kStop = 0x84,           // the gateway is stopping: end with kServerStopping
    kRecorderConnected = 0x85,  // with a connection to the recorder
    kRecorderFailed = 0x86,     // still not there
};

// How a link ended, as its exit status: what the gateway's penalties go by. Any other end is a
// crash.
enum class LinkExit : std::uint8_t {
    kOrderly = 0,
    kNoHandshake = 10,    // the peer proved nothing: garbage, no or a bad certificate, timeout
    kProtocolFault = 11,  // bytes of a proven terminal that are not in order
    kLoginFailed = 12,
    kOurFault = 13,       // settings, broker or sandbox
    kNoLogin = 14,        // a good certificate that came and went: nothing wrong, but each one
                          // makes records
};

// PEM texts of one side. The receiver wipes the key as soon as it is loaded.
struct TlsTexts {
    std::vector<std::uint8_t> certificate;
    std::vector<std::uint8_t> key;
    std::vector<std::uint8_t> authority;
    std::vector<std::uint8_t> revoked;
};

struct LinkSettings {
    std::array<std::uint8_t, 16> address{};  // of the peer, IPv6 or IPv4-mapped
    std::uint16_t port = 0;
    TlsTexts viewer;         // our gateway certificate, and by what we judge terminals
    TlsTexts host;           // our border certificate, and by what we judge the session host
    std::string host_name;   // NAME of the host's certificate, "sudare:host:NAME"
    bool second_factor = false;  // told to the viewer in Welcome
    bool recorder = false;       // fd 7 is there
};

// Sizes of PEM texts are bounded so that a link's memory is.
inline constexpr std::size_t kPemBytesMax = 4U << 20;  // a revocation list of 50,000 entries
inline constexpr std::size_t kLinkSettingsMax = 20U << 20;

std::vector<std::uint8_t> write_link_settings(const LinkSettings& settings);
Result<LinkSettings> read_link_settings(std::span<const std::uint8_t> bytes);

struct RevocationLists {
    std::vector<std::uint8_t> viewer;  // PEM, for terminals
    std::vector<std::uint8_t> host;
};
std::vector<std::uint8_t> write_revocation_lists(const RevocationLists& lists);
Result<RevocationLists> read_revocation_lists(std::span<const std::uint8_t> bytes);

}  // namespace sudare::ipc

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "protocol/evidence/hash.h"
#include "protocol/ipc/rules.h"

// sudare-broker <-> sudare-forwarder, on a Unix stream socket to which sudare-forwarder connects.
// One connection at a time; its uid is checked.
//
//   broker -> forwarder: Durable, at once and then once a second
//   forwarder -> broker: one Report for each Durable
// Anything else ends the connection: whatever the forwarder does, it is heard once a second.
namespace sudare::ipc {

enum class ForwardFrame : std::uint8_t {
    kDurable = 0x01,  // broker -> forwarder
    kReport = 0x41,   // forwarder -> broker
};

// The log's end that is on the disk and anchored: what stands before it is never taken back.
struct ForwardDurable {
    std::uint64_t records = 0;
    evidence::Hash last{};  // leaf hash of the newest of them; zeroes when there is none
    friend bool operator==(const ForwardDurable&, const ForwardDurable&) = default;
};

// What the forwarder met last. Numbers go over the border; new ones at the end.
enum class ForwardState : std::uint8_t {
    kDelivering = 0,
    kUnreachable = 1,  // no connection
    kUntrusted = 2,    // TLS did not come about: certificate, name, version
    kSilent = 3,       // the collector takes nothing, or does not answer the end of a connection
    kLost = 4,         // a connection broke off
    kUnreadable = 5,   // the log or the forwarder's own position
    kAnotherLog = 6,   // the position is not in this log
};
inline constexpr std::uint8_t kForwardStates = 7;
// "collector_unreachable"...: cause of the audit record; "slow" for kDelivering.
std::string_view name_of(ForwardState state);

struct ForwardReport {
    std::uint64_t confirmed = 0;  // so many records has the collector read
    ForwardState state = ForwardState::kDelivering;
    friend bool operator==(const ForwardReport&, const ForwardReport&) = default;
};

inline constexpr RuleRow kForwardDownRows[] = {{0x01, {8 + 32, 8 + 32}}};
inline constexpr RuleRow kForwardUpRows[] = {{0x41, {8 + 1, 8 + 1}}};

std::vector<std::uint8_t> payload_of(const ForwardDurable& durable);
std::vector<std::uint8_t> payload_of(const ForwardReport& report);
// nullopt: malformed.
std::optional<ForwardDurable> parse_forward_durable(std::span<const std::uint8_t> payload);
std::optional<ForwardReport> parse_forward_report(std::span<const std::uint8_t> payload);

}  // namespace sudare::ipc

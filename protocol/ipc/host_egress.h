// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "protocol/core/result.h"
#include "protocol/ipc/destination.h"
#include "protocol/ipc/policy.h"
#include "protocol/ipc/rules.h"

// sudare-host -> sudare-egress: EgressConfig, first of all and again whenever the policy changes.
// sudare-egress -> (through the host's end of the stream): Destination.
namespace sudare::ipc {

// One private destination that is permitted by exception: this name, this port, this address.
struct PrivateSite {
    std::string host;
    std::uint16_t port = 443;
    std::array<std::uint8_t, 16> address{};  // IPv6 or IPv4-mapped
    friend bool operator==(const PrivateSite&, const PrivateSite&) = default;
};

struct SocketAddress {
    std::array<std::uint8_t, 16> address{};  // IPv6 or IPv4-mapped; all zeroes: none
    std::uint16_t port = 0;
    friend bool operator==(const SocketAddress&, const SocketAddress&) = default;
};

struct AddressBlock {  // refused in addition to the built-in list: LGWAN ranges
    std::array<std::uint8_t, 16> address{};
    std::uint8_t prefix = 128;  // in bits of the 128-bit form
    friend bool operator==(const AddressBlock&, const AddressBlock&) = default;
};

struct EgressConfig {
    WebPolicy web;
    std::vector<SocketAddress> resolvers;      // 1 to 4
    SocketAddress upstream_proxy;              // zeroes: connect directly
    std::vector<PrivateSite> private_sites;    // at most 256
    std::vector<AddressBlock> refused_blocks;  // at most 256
    friend bool operator==(const EgressConfig&, const EgressConfig&) = default;
};

enum class EgressFrame : std::uint8_t {
    kConfig = 0x01,       // down
    kDestination = 0xA3,  // up; the same number as in link_host.h, so that a relay forwards it
};

inline constexpr RuleRow kEgressDownRows[] = {
    {static_cast<std::uint8_t>(EgressFrame::kConfig), {16, limits::kIpcFrameMax}}};
inline constexpr RuleRow kEgressUpRows[] = {
    {static_cast<std::uint8_t>(EgressFrame::kDestination), {kDestinationMin, kDestinationMax}}};

std::vector<std::uint8_t> write_egress_config(const EgressConfig& config);  // payload
Result<EgressConfig> read_egress_config(std::span<const std::uint8_t> payload);

}  // namespace sudare::ipc

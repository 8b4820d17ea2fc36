// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "protocol/core/limits.h"
#include "protocol/core/reader.h"
#include "protocol/core/writer.h"
#include "protocol/ipc/text.h"

// One destination that a session's browser asked for, as its egress proxy saw it. It crosses
// egress -> relay -> link -> broker unchanged, and is recorded as "reported by the session host":
// the host may lie about it and can change nothing else by it.
namespace sudare::ipc {

enum class Verdict : std::uint8_t {
    kAllowed = 0,
    kDeniedByRule = 1,
    kDeniedByDefault = 2,
    kDeniedAddress = 3,    // private, loopback, link-local, ... after resolution
    kDeniedPort = 4,
    kDeniedPlainHttp = 5,
    kBadName = 6,          // not a host name in its one permitted spelling
    kNotResolved = 7,
    kConnectFailed = 8,
    kQuota = 9,
};

struct Destination {
    Verdict verdict = Verdict::kAllowed;
    std::uint32_t rule = 0;  // number of the deciding rule, 0: none
    std::uint16_t port = 0;
    std::array<std::uint8_t, 16> address{};  // IPv6, or IPv4-mapped; zeroes: none was reached
    std::uint32_t requests = 1;              // how many connections this report sums up
    std::uint64_t bytes_up = 0;
    std::uint64_t bytes_down = 0;
    std::string host;  // at most limits::kHostBytesMax of 0x21..0x7e: one word in a line of the log
};

inline constexpr std::uint32_t kDestinationMin = 1 + 4 + 2 + 16 + 4 + 8 + 8 + 2;
inline constexpr std::uint32_t kDestinationMax =
    kDestinationMin + static_cast<std::uint32_t>(limits::kHostBytesMax);

inline void write_destination(Writer& out, const Destination& destination) {
    out.u8(static_cast<std::uint8_t>(destination.verdict));
    out.u32(destination.rule);
    out.u16(destination.port);
    out.bytes(destination.address);
    out.u32(destination.requests);
    out.u64(destination.bytes_up);
    out.u64(destination.bytes_down);
    write_text(out, destination.host);
}

inline std::optional<Destination> read_destination(Reader& in) {
    Destination destination;
    const std::uint8_t verdict = in.u8();
    destination.verdict = static_cast<Verdict>(verdict);
    destination.rule = in.u32();
    destination.port = in.u16();
    in.fill(std::span<std::uint8_t, 16>(destination.address));
    destination.requests = in.u32();
    destination.bytes_up = in.u64();
    destination.bytes_down = in.u64();
    auto host = read_text(in, limits::kHostBytesMax);
    const auto visible = [](char c) { return c > 0x20 && c < 0x7f; };
    if (!host || !std::all_of(host->begin(), host->end(), visible) ||
        verdict > static_cast<std::uint8_t>(Verdict::kQuota))
        return std::nullopt;
    destination.host = std::move(*host);
    return destination;
}

}  // namespace sudare::ipc

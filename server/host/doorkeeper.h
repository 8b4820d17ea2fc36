// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

#include "protocol/ipc/host_egress.h"

namespace sudare::host {

// Who may have a slot and a relay at all, decided by the address of a connection before one byte
// of it is read. A connection counts as unproven until it has started a session, which nobody does
// without a border's certificate.
class Doorkeeper {
public:
    using Clock = std::chrono::steady_clock;
    using Address = std::array<std::uint8_t, 16>;  // IPv6 or IPv4-mapped

    // At once from one source that has not proven itself yet: half of Host::kSpareConnections, so
    // that one silent stranger leaves room for others.
    static constexpr std::uint32_t kUnprovenPerSource = 8;
    // Remembered sources that have proven themselves; then the longest known is forgotten.
    static constexpr std::size_t kProvenMax = 64;
    static constexpr std::chrono::hours kProvenFor{24};

    // border: whoever may connect; empty: anybody. With a list there is no limit per source, since
    // the border starts many sessions at once.
    explicit Doorkeeper(std::vector<ipc::AddressBlock> border) : border_(std::move(border)) {}

    enum class Verdict { kAccept, kStranger, kTooMany };
    // On kAccept the connection counts; call proven() at most once and left() once for it, with
    // the same address.
    Verdict judge(const Address& address, Clock::time_point now);
    void proven(const Address& address, Clock::time_point now);
    void left(const Address& address, bool was_proven);

private:
    [[nodiscard]] bool is_border(const Address& address) const;
    [[nodiscard]] bool is_known(const Address& source, Clock::time_point now) const;
    void forget_one(const Address& source);

    const std::vector<ipc::AddressBlock> border_;
    std::map<Address, std::uint32_t> unproven_;       // by source, never 0
    std::map<Address, Clock::time_point> proven_at_;  // by source
};

// Of an IPv4 or IPv6 socket address; zeroes for any other.
Doorkeeper::Address address_of(const sockaddr_storage& name);

}  // namespace sudare::host

// SPDX-License-Identifier: Apache-2.0
#include "server/host/doorkeeper.h"

#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace sudare::host {
namespace {

constexpr std::size_t kMappedBytes = 12;  // ::ffff:0:0/96
constexpr std::size_t kNetworkBytes = 8;  // who has one address of a /64 has them all

bool is_v4(const Doorkeeper::Address& address) {
    return std::all_of(address.begin(), address.begin() + 10, [](auto b) { return b == 0; }) &&
           address[10] == 0xff && address[11] == 0xff;
}

Doorkeeper::Address source_of(Doorkeeper::Address address) {
    if (!is_v4(address))
        std::fill(address.begin() + kNetworkBytes, address.end(), std::uint8_t{0});
    return address;
}

bool contains(const ipc::AddressBlock& block, const Doorkeeper::Address& address) {
    for (unsigned bit = 0; bit < block.prefix; ++bit)
        if (((block.address[bit / 8] ^ address[bit / 8]) >> (7 - bit % 8) & 1) != 0)
            return false;
    return true;
}

}  // namespace

Doorkeeper::Verdict Doorkeeper::judge(const Address& address, Clock::time_point now) {
    if (!border_.empty() && !is_border(address))
        return Verdict::kStranger;
    const Address source = source_of(address);
    const auto found = unproven_.find(source);
    if (border_.empty() && !is_known(source, now) && found != unproven_.end() &&
        found->second >= kUnprovenPerSource)
        return Verdict::kTooMany;
    ++unproven_[source];
    return Verdict::kAccept;
}

void Doorkeeper::proven(const Address& address, Clock::time_point now) {
    const Address source = source_of(address);
    forget_one(source);
    if (proven_at_.size() >= kProvenMax && !proven_at_.contains(source))
        proven_at_.erase(
            std::min_element(proven_at_.begin(), proven_at_.end(),
                             [](const auto& a, const auto& b) { return a.second < b.second; }));
    proven_at_[source] = now;
}

void Doorkeeper::left(const Address& address, bool was_proven) {
    if (!was_proven)
        forget_one(source_of(address));
}

bool Doorkeeper::is_border(const Address& address) const {
    return std::any_of(border_.begin(), border_.end(),
                       [&](const ipc::AddressBlock& block) { return contains(block, address); });
}

bool Doorkeeper::is_known(const Address& source, Clock::time_point now) const {
    const auto found = proven_at_.find(source);
    return found != proven_at_.end() && now - found->second < kProvenFor;
}

void Doorkeeper::forget_one(const Address& source) {
    const auto found = unproven_.find(source);
    if (found != unproven_.end() && --found->second == 0)
        unproven_.erase(found);
}

Doorkeeper::Address address_of(const sockaddr_storage& name) {
    Doorkeeper::Address out{};
    if (name.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &name, sizeof v4);
        out[10] = out[11] = 0xff;
        std::memcpy(out.data() + kMappedBytes, &v4.sin_addr, sizeof v4.sin_addr);
    } else if (name.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &name, sizeof v6);
        std::memcpy(out.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
    }
    return out;
}

}  // namespace sudare::host

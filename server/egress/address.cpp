// SPDX-License-Identifier: Apache-2.0
#include "server/egress/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace sudare::egress {
namespace {

namespace ip = boost::asio::ip;

struct Range4 {
    std::uint32_t network;
    unsigned prefix;
    std::string_view why;
};

constexpr std::uint32_t v4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
    return a << 24 | b << 16 | c << 8 | d;
}

// https://www.iana.org/assignments/iana-ipv4-special-registry
constexpr Range4 kRefused4[] = {
    {v4(0, 0, 0, 0), 8, "this network"},
    {v4(10, 0, 0, 0), 8, "private (RFC 1918)"},
    {v4(100, 64, 0, 0), 10, "carrier-grade NAT (RFC 6598)"},
    {v4(127, 0, 0, 0), 8, "loopback"},
    {v4(169, 254, 0, 0), 16, "link-local"},
    {v4(172, 16, 0, 0), 12, "private (RFC 1918)"},
    {v4(192, 0, 0, 0), 24, "IETF protocol assignments"},
    {v4(192, 0, 2, 0), 24, "documentation"},
    {v4(192, 88, 99, 0), 24, "6to4 relay"},
    {v4(192, 168, 0, 0), 16, "private (RFC 1918)"},
    {v4(198, 18, 0, 0), 15, "benchmarking"},
    {v4(198, 51, 100, 0), 24, "documentation"},
    {v4(203, 0, 113, 0), 24, "documentation"},
    {v4(224, 0, 0, 0), 3, "multicast, reserved or broadcast"},
};

struct Range6 {
    std::array<std::uint16_t, 8> network;
    unsigned prefix;
    std::string_view why;
};

// https://www.iana.org/assignments/iana-ipv6-special-registry. The last row but one catches what
// the others name only for the log: nothing outside 2000::/3 is global unicast today.
constexpr Range6 kRefused6[] = {
    {{0, 0, 0, 0, 0, 0, 0, 0}, 128, "unspecified"},
    {{0, 0, 0, 0, 0, 0, 0, 1}, 128, "loopback"},
    {{0, 0, 0, 0, 0, 0xffff, 0, 0}, 96, "IPv4-mapped"},
    {{0, 0, 0, 0, 0, 0, 0, 0}, 96, "IPv4-compatible"},
    {{0x64, 0xff9b, 0, 0, 0, 0, 0, 0}, 96, "NAT64"},
    {{0x64, 0xff9b, 1, 0, 0, 0, 0, 0}, 48, "local-use NAT64"},
    {{0x2001, 0, 0, 0, 0, 0, 0, 0}, 32, "Teredo"},
    {{0x2001, 0, 0, 0, 0, 0, 0, 0}, 23, "IETF protocol assignments"},
    {{0x2001, 0xdb8, 0, 0, 0, 0, 0, 0}, 32, "documentation"},
    {{0x2002, 0, 0, 0, 0, 0, 0, 0}, 16, "6to4"},
    {{0x3fff, 0, 0, 0, 0, 0, 0, 0}, 20, "documentation"},
    {{0xfc00, 0, 0, 0, 0, 0, 0, 0}, 7, "unique local"},
    {{0xfe80, 0, 0, 0, 0, 0, 0, 0}, 10, "link-local"},
    {{0xfec0, 0, 0, 0, 0, 0, 0, 0}, 10, "site-local"},
    {{0xff00, 0, 0, 0, 0, 0, 0, 0}, 8, "multicast"},
};
constexpr Block kGlobalUnicast{{0x20}, 3};

bool inside(const AddressBytes& address, const AddressBytes& network, unsigned prefix) {
    const unsigned whole = prefix / 8;
    if (!std::equal(address.begin(), address.begin() + whole, network.begin()))
        return false;
    const unsigned rest = prefix % 8;
    if (rest == 0)
        return true;
    const unsigned mask = 0xffU << (8 - rest) & 0xffU;
    return (address[whole] & mask) == (network[whole] & mask);
}

AddressBytes bytes_of(const std::array<std::uint16_t, 8>& groups) {
    AddressBytes out{};
    for (std::size_t i = 0; i < groups.size(); ++i) {
        out[2 * i] = static_cast<std::uint8_t>(groups[i] >> 8);
        out[2 * i + 1] = static_cast<std::uint8_t>(groups[i]);
    }
    return out;
}

std::optional<std::string_view> refusal4(std::uint32_t address) {
    for (const Range4& range : kRefused4)
        if ((address ^ range.network) >> (32 - range.prefix) == 0)
            return range.why;
    return std::nullopt;
}

std::optional<std::string_view> refusal6(const AddressBytes& address) {
    for (const Range6& range : kRefused6)
        if (inside(address, bytes_of(range.network), range.prefix))
            return range.why;
    if (!inside(address, kGlobalUnicast.address, kGlobalUnicast.prefix))
        return "not global unicast";
    return std::nullopt;
}

}  // namespace

AddressBytes to_bytes(const IpAddress& address) {
    if (address.is_v6())
        return address.to_v6().to_bytes();
    return ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes();
}

IpAddress from_bytes(const AddressBytes& bytes) {
    const ip::address_v6 address(bytes);
    if (address.is_v4_mapped())
        return ip::make_address_v4(ip::v4_mapped, address);
    return address;
}

bool is_unset(const AddressBytes& bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

std::optional<IpAddress> parse_literal(std::string_view text) {
    // inet_pton takes exactly the permitted spellings, but stops at a NUL.
    if (text.size() > INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos)
        return std::nullopt;
    const std::string copy(text);
    ip::address_v4::bytes_type four{};
    if (::inet_pton(AF_INET, copy.c_str(), four.data()) == 1)
        return ip::address_v4(four);
    ip::address_v6::bytes_type sixteen{};
    if (::inet_pton(AF_INET6, copy.c_str(), sixteen.data()) == 1)
        return ip::address_v6(sixteen);
    return std::nullopt;
}

std::optional<std::string_view> AddressRules::refusal(const IpAddress& address) const {
    const auto builtin = address.is_v4() ? refusal4(address.to_v4().to_uint())
                                         : refusal6(address.to_v6().to_bytes());
    if (builtin)
        return builtin;
    const AddressBytes bytes = to_bytes(address);
    for (const Block& block : configured_)
        if (inside(bytes, block.address, block.prefix))
            return "configured range";
    return std::nullopt;
}

}  // namespace sudare::egress

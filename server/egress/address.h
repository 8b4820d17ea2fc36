// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

// IP addresses and the question which of them a browser may be led to.
namespace sudare::egress {

using IpAddress = boost::asio::ip::address;
// 16 bytes in network order; IPv4 as ::ffff:a.b.c.d. The form of every inner border.
using AddressBytes = std::array<std::uint8_t, 16>;

AddressBytes to_bytes(const IpAddress& address);
// IPv4 when the bytes are IPv4-mapped.
IpAddress from_bytes(const AddressBytes& bytes);
bool is_unset(const AddressBytes& bytes);

// The one permitted spelling: four decimal numbers without leading zeros, or RFC 4291 text
// without a zone. Octal, hexadecimal, short (127.1) and single-number forms are not addresses.
std::optional<IpAddress> parse_literal(std::string_view text);

// A block in the 128-bit form; IPv4 blocks lie below ::ffff:0:0/96.
struct Block {
    AddressBytes address{};
    std::uint8_t prefix = 128;  // bits, 0..128
};

// Refuses everything that is not a global unicast address (IANA special-purpose registries,
// RFC 6890 and its updates), and what the settings add (LGWAN ranges).
class AddressRules {
public:
    AddressRules() = default;
    explicit AddressRules(std::vector<Block> configured) : configured_(std::move(configured)) {}

    // Why an address is refused: a short English phrase for the diagnostic log. nullopt: public.
    [[nodiscard]] std::optional<std::string_view> refusal(const IpAddress& address) const;

private:
    std::vector<Block> configured_;
};

}  // namespace sudare::egress

// SPDX-License-Identifier: Apache-2.0
#include "server/host/address.h"

#include <gtest/gtest.h>

namespace sudare::host {
namespace {

using Bytes = std::array<std::uint8_t, 16>;
constexpr Bytes kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 53};
constexpr Bytes kSix{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

TEST(SocketAddress, BothFamiliesWithAndWithoutPort) {
    EXPECT_EQ(parse_socket_address("192.0.2.53", 53), (ipc::SocketAddress{kMapped, 53}));
    EXPECT_EQ(parse_socket_address("192.0.2.53:5353", 53), (ipc::SocketAddress{kMapped, 5353}));
    EXPECT_EQ(parse_socket_address("2001:db8::1", 53), (ipc::SocketAddress{kSix, 53}));
    EXPECT_EQ(parse_socket_address("[2001:db8::1]:99", 53), (ipc::SocketAddress{kSix, 99}));
}

TEST(SocketAddress, RefusesWhatWouldNeedGuessing) {
    for (const char* text :
         {"", "dns.example", "192.0.2", "192.0.2.53:", "192.0.2.53:0", "192.0.2.53:65536",
          "192.0.2.53:1x", "[2001:db8::1]", "[::1]:", "0300.0.2.53", " 192.0.2.53"})
        EXPECT_FALSE(parse_socket_address(text, 53)) << text;
}

TEST(PrivateSite, NamePortAddress) {
    const auto site = parse_private_site("portal.example:443=192.0.2.53");
    ASSERT_TRUE(site);
    EXPECT_EQ(*site, (ipc::PrivateSite{"portal.example", 443, kMapped}));
    for (const char* text : {"portal.example=192.0.2.53", "portal.example:443", ":443=192.0.2.53",
                             "portal.example:0=192.0.2.53", "portal.example:443=other.example"})
        EXPECT_FALSE(parse_private_site(text)) << text;
}

TEST(AddressBlock, PrefixIsOfThe128BitForm) {
    EXPECT_EQ(parse_address_block("192.0.2.53/8"), (ipc::AddressBlock{kMapped, 104}));
    EXPECT_EQ(parse_address_block("192.0.2.53"), (ipc::AddressBlock{kMapped, 128}));
    EXPECT_EQ(parse_address_block("2001:db8::1/32"), (ipc::AddressBlock{kSix, 32}));
    for (const char* text : {"192.0.2.53/33", "2001:db8::1/129", "192.0.2.53/", "x/8"})
        EXPECT_FALSE(parse_address_block(text)) << text;
}

TEST(SystemResolvers, TakesTheFirstFourUsable) {
    const auto found = system_resolvers(
        "# nameserver 192.0.2.1\nsearch example\nnameserver 192.0.2.53\nnameserver fe80::1%eth0\n"
        "nameserver 2001:db8::1\nnameserver 192.0.2.3\nnameserver 192.0.2.4\n"
        "nameserver 192.0.2.5\n");
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found[0], (ipc::SocketAddress{kMapped, 53}));
    EXPECT_EQ(found[1], (ipc::SocketAddress{kSix, 53}));
}

}  // namespace
}  // namespace sudare::host

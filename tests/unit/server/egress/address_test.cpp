// SPDX-License-Identifier: Apache-2.0
#include "server/egress/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sudare::egress {
namespace {

struct Edge {
    const char* outside_below;  // nullptr: the space begins or the neighbour is refused as well
    const char* first;
    const char* last;
    const char* outside_above;
};

class RefusedRange : public testing::TestWithParam<Edge> {};

// Both ends of every range are refused, and their neighbours outside are not: a wrong prefix
// length fails on one side or the other.
TEST_P(RefusedRange, HasExactEdges) {
    const AddressRules rules;
    const auto refused = [&](const char* text) {
        const auto address = parse_literal(text);
        EXPECT_TRUE(address) << text;
        return address && rules.refusal(*address).has_value();
    };
    EXPECT_TRUE(refused(GetParam().first));
    EXPECT_TRUE(refused(GetParam().last));
    if (GetParam().outside_below)
        EXPECT_FALSE(refused(GetParam().outside_below));
    if (GetParam().outside_above)
        EXPECT_FALSE(refused(GetParam().outside_above));
}

INSTANTIATE_TEST_SUITE_P(
    IPv4, RefusedRange,
    testing::Values(Edge{nullptr, "0.0.0.0", "0.255.255.255", "1.0.0.0"},
                    Edge{"9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"},
                    Edge{"100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"},
                    Edge{"126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"},
                    Edge{"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"},
                    Edge{"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"},
                    Edge{"191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"},
                    Edge{"192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"},
                    Edge{"192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"},
                    Edge{"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"},
                    Edge{"198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"},
                    Edge{"198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"},
                    Edge{"203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"},
                    Edge{"223.255.255.255", "224.0.0.0", "255.255.255.255", nullptr}));

INSTANTIATE_TEST_SUITE_P(
    IPv6, RefusedRange,
    testing::Values(
        Edge{nullptr, "::", "::1", nullptr},
        Edge{nullptr, "::ffff:0:0", "::ffff:255.255.255.255", nullptr},
        Edge{nullptr, "::8.8.8.8", "::255.255.255.255", nullptr},
        Edge{nullptr, "64:ff9b::", "64:ff9b::ffff:ffff", nullptr},
        Edge{nullptr, "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", nullptr},
        Edge{nullptr, "100::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2000::"},
        Edge{"2000:ffff::", "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::"},
        Edge{"2001:db7:ffff::", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
             "2001:db9::"},
        Edge{"2001:ffff::", "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::"},
        Edge{"3ffe:ffff::", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::"},
        Edge{"3fff:ffff::", "4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nullptr},
        Edge{nullptr, "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nullptr},
        Edge{nullptr, "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nullptr},
        Edge{nullptr, "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nullptr}));

TEST(AddressRules, PublicAddressesPass) {
    const AddressRules rules;
    for (const char* text : {"8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700::1111",
                             "2400:2000::1", "2a00:1450:4001::1"})
        EXPECT_FALSE(rules.refusal(*parse_literal(text))) << text;
}

TEST(AddressRules, ConfiguredBlocksOfBothFamilies) {
    const AddressBytes lgwan4 = to_bytes(*parse_literal("61.206.0.0"));
    const AddressBytes lgwan6 = to_bytes(*parse_literal("2404:1a8::"));
    const AddressRules rules({{lgwan4, 96 + 16}, {lgwan6, 32}});
    EXPECT_TRUE(rules.refusal(*parse_literal("61.206.255.255")));
    EXPECT_FALSE(rules.refusal(*parse_literal("61.207.0.0")));
    EXPECT_TRUE(rules.refusal(*parse_literal("2404:1a8:ffff::1")));
    EXPECT_FALSE(rules.refusal(*parse_literal("2404:1a9::1")));
    EXPECT_FALSE(AddressRules().refusal(*parse_literal("61.206.0.1")));
}

TEST(ParseLiteral, TakesOneSpellingOnly) {
    for (const char* text :
         {"127.1", "0177.0.0.1", "127.0.0.01", "0x7f.0.0.1", "2130706433", "0x7f000001",
          "127.0.0.1.", " 127.0.0.1", "127.0.0.1 ", "127.0.0", "127.0.0.256", "+127.0.0.1", "",
          "::1%lo", "[::1]", "1::2::3", "12345::", "::ffff:127.1"})
        EXPECT_FALSE(parse_literal(text)) << text;
    EXPECT_FALSE(parse_literal(std::string_view("127.0.0.1\0.example", 18)));
    EXPECT_TRUE(parse_literal("127.0.0.1"));
    EXPECT_TRUE(parse_literal("::ffff:127.0.0.1"));
}

TEST(AddressBytesForm, MappedAddressesComeBackAsIPv4) {
    const auto four = *parse_literal("192.168.7.9");
    EXPECT_EQ(from_bytes(to_bytes(four)), four);
    const auto six = *parse_literal("2606:4700::1111");
    EXPECT_EQ(from_bytes(to_bytes(six)), six);
    EXPECT_TRUE(is_unset(AddressBytes{}));
    EXPECT_FALSE(is_unset(to_bytes(four)));
}

}  // namespace
}  // namespace sudare::egress

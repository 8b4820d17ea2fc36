// SPDX-License-Identifier: Apache-2.0
#include "server/egress/host_rules.h"

#include <gtest/gtest.h>

#include "protocol/core/limits.h"

namespace sudare::egress {
namespace {

std::uint32_t decide(const HostRules& rules, const char* host, std::uint16_t port = 443) {
    const auto match = rules.find(host, port, port == 443);
    return match ? match->number : 0;
}

TEST(HostRules, SuffixCoversDomainAndSubdomainsOnly) {
    const auto rules = HostRules::create({{1, true, 0, ".example.jp"}, {2, false, 0, "one.test"}});
    ASSERT_TRUE(rules);
    EXPECT_EQ(decide(*rules, "example.jp"), 1u);
    EXPECT_EQ(decide(*rules, "a.example.jp"), 1u);
    EXPECT_EQ(decide(*rules, "a.b.example.jp"), 1u);
    EXPECT_EQ(decide(*rules, "badexample.jp"), 0u);
    EXPECT_EQ(decide(*rules, "example.jp.evil.test"), 0u);
    EXPECT_EQ(decide(*rules, "jp"), 0u);
    EXPECT_EQ(decide(*rules, "one.test"), 2u);
    EXPECT_EQ(decide(*rules, "a.one.test"), 0u);
}

TEST(HostRules, LongestPatternWins) {
    const auto rules = HostRules::create({{1, false, 0, ".jp"},
                                          {2, true, 0, ".city.example.jp"},
                                          {3, false, 0, "secret.city.example.jp"},
                                          {4, true, 0, "example.jp"},
                                          {5, false, 0, ".example.jp"}});
    ASSERT_TRUE(rules);
    EXPECT_EQ(decide(*rules, "other.jp"), 1u);
    EXPECT_EQ(decide(*rules, "www.city.example.jp"), 2u);
    EXPECT_EQ(decide(*rules, "secret.city.example.jp"), 3u);
    EXPECT_EQ(decide(*rules, "a.secret.city.example.jp"), 2u);
    EXPECT_EQ(decide(*rules, "example.jp"), 4u);
    EXPECT_EQ(decide(*rules, "www.example.jp"), 5u);
}

TEST(HostRules, DenialWinsATie) {
    for (const bool allow_first : {true, false}) {
        const auto rules = HostRules::create(
            {{1, allow_first, 0, ".example.jp"}, {2, !allow_first, 0, ".example.jp"}});
        ASSERT_TRUE(rules);
        const auto match = rules->find("www.example.jp", 443, true);
        ASSERT_TRUE(match);
        EXPECT_FALSE(match->allow);
        EXPECT_EQ(match->number, allow_first ? 2u : 1u);
    }
}

TEST(HostRules, Ports) {
    const auto rules = HostRules::create({{1, true, 0, ".example.jp"},
                                          {2, true, 8443, "app.example.jp"},
                                          {3, false, 0, "bad.example.jp"},
                                          {4, true, 8443, "bad.example.jp"},
                                          {5, true, 9443, ".example.jp"}});
    ASSERT_TRUE(rules);
    EXPECT_EQ(decide(*rules, "app.example.jp", 443), 1u);
    EXPECT_EQ(decide(*rules, "app.example.jp", 8443), 2u);
    EXPECT_EQ(decide(*rules, "www.example.jp", 8443), 0u);  // permission with port 0: standard only
    EXPECT_EQ(decide(*rules, "bad.example.jp", 8443), 3u);  // denial with port 0: every port
    EXPECT_EQ(decide(*rules, "bad.example.jp", 9443), 3u);  // not reached by the wider permission
    EXPECT_EQ(decide(*rules, "www.example.jp", 9443), 5u);
}

TEST(HostRules, RefusesPatternsThatCouldNeverMatch) {
    for (const char* pattern :
         {"Example.jp", "example.jp.", "*.example.jp", "", ".", "..jp", "example.jp:443",
          "http://example.jp", "\xe6\x97\xa5.jp", ".127.0.0.1", "0177.0.0.1", "[::1]", "::0001"})
        EXPECT_FALSE(HostRules::create({{7, true, 0, pattern}})) << pattern;
    EXPECT_TRUE(HostRules::create({{7, true, 0, "192.0.2.1"}, {8, true, 0, "2001:db8::1"}}));
}

TEST(HostRules, ThousandsOfRules) {
    std::vector<ipc::HostRule> list;
    for (std::uint32_t i = 1; i <= sudare::limits::kHostRulesMax; ++i)
        list.push_back({i, i % 2 == 0, 0, ".d" + std::to_string(i) + ".example.jp"});
    auto rules = HostRules::create(list);
    ASSERT_TRUE(rules);
    for (std::uint32_t i = 1; i <= sudare::limits::kHostRulesMax; ++i)
        ASSERT_EQ(decide(*rules, ("www.d" + std::to_string(i) + ".example.jp").c_str()), i);
    list.push_back({1, true, 0, "one.more"});
    EXPECT_FALSE(HostRules::create(list));
}

}  // namespace
}  // namespace sudare::egress

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "protocol/core/limits.h"
#include "server/broker/policy/fields.h"
#include "server/egress/host_rules.h"

namespace sudare::policy {
namespace {

bool broker_takes(const std::string& pattern) {
    return parse(row_of(FieldId::kWebHosts), "deny:" + pattern).has_value();
}
bool egress_takes(const std::string& pattern) {
    ipc::HostRule rule;
    rule.number = 1;
    rule.pattern = pattern;
    return egress::HostRules::create({rule}).has_value();
}

// A pattern that the broker stores and the egress refuses would end every session.
TEST(HostPatterns, WhatTheBrokerTakesTheEgressTakes) {
    for (const char* pattern : {"city.lg.jp", ".city.lg.jp", "a-b.example", "192.0.2.7", "x1.example"}) {
        EXPECT_TRUE(broker_takes(pattern)) << pattern;
        EXPECT_TRUE(egress_takes(pattern)) << pattern;
    }
    for (const char* pattern : {"1.2.3", "127.1", ".10.0.0.1", "host.123", "0x7f000001", "2130706433", "010.0.0.1",
                                "host.0x7f", "-a.example", "a..example", "Upper.example", "a_b.0", "", "."})
        EXPECT_FALSE(broker_takes(pattern)) << pattern;
}

// Chromium would ignore what is too much without a word.
TEST(DeniedUrls, MoreThanChromiumReadsIsRefused) {
    std::string list;
    for (std::size_t i = 0; i < limits::kDeniedUrlsMax; ++i)
        list += "a.example/" + std::to_string(i) + "\n";
    EXPECT_TRUE(parse(row_of(FieldId::kWebDeniedUrls), list));
    const auto refused = parse(row_of(FieldId::kWebDeniedUrls), list + "one.more/");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("at most 1400 entries"), std::string::npos);
}

bool page_loosens(const char* before, const char* after) {
    const FieldRow& row = row_of(FieldId::kWebStartPage);
    return loosens(row, *parse(row, before), *parse(row, after));
}

TEST(StartPage, AnotherOriginIsAPermission) {
    EXPECT_TRUE(page_loosens("https://a.example/", "https://b.example/"));
    EXPECT_TRUE(page_loosens("https://a.example/", "https://a.example:8443/"));
    EXPECT_TRUE(page_loosens("about:blank", "https://a.example/"));
    EXPECT_FALSE(page_loosens("https://a.example/", "https://a.example/news?x=1"));
    EXPECT_FALSE(page_loosens("https://a.example/", "about:blank"));
}

}  // namespace
}  // namespace sudare::policy

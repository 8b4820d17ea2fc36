// SPDX-License-Identifier: Apache-2.0
#include "server/egress/access.h"

#include <gtest/gtest.h>

namespace sudare::egress {
namespace {

using ipc::Verdict;

std::shared_ptr<const Access> compile(ipc::EgressConfig config) {
    auto access = Access::create(std::move(config));
    EXPECT_TRUE(access) << (access ? "" : access.error().message);
    return access ? *access : nullptr;
}

Verdict ask(const Access& access, const char* authority, Scheme scheme = Scheme::kTunnel) {
    const auto target = parse_authority(authority);
    return target ? access.by_name(*target, scheme).verdict : Verdict::kBadName;
}

std::vector<IpAddress> addresses(std::initializer_list<const char*> texts) {
    std::vector<IpAddress> out;
    for (const char* text : texts)
        out.push_back(*parse_literal(text));
    return out;
}

TEST(Access, DeniesByDefault) {
    const auto access = compile({});
    EXPECT_EQ(ask(*access, "example.jp:443"), Verdict::kDeniedByDefault);
    EXPECT_EQ(ask(*access, "example.jp:22"), Verdict::kDeniedPort);
    EXPECT_EQ(ask(*access, "example.jp:80", Scheme::kPlainHttp), Verdict::kDeniedPlainHttp);
}

TEST(Access, DefaultAllowKeepsPorts) {
    ipc::EgressConfig config;
    config.web.allow_by_default = true;
    config.web.plain_http = true;
    config.web.hosts = {{5, false, 0, ".bad.example"}, {6, true, 8443, "app.example"}};
    const auto access = compile(config);
    EXPECT_EQ(ask(*access, "example.jp:443"), Verdict::kAllowed);
    EXPECT_EQ(ask(*access, "example.jp:80"), Verdict::kDeniedPort);  // a raw tunnel to port 80
    EXPECT_EQ(ask(*access, "example.jp:80", Scheme::kPlainHttp), Verdict::kAllowed);
    EXPECT_EQ(ask(*access, "example.jp:443", Scheme::kPlainHttp), Verdict::kDeniedPort);
    EXPECT_EQ(ask(*access, "example.jp:25"), Verdict::kDeniedPort);
    EXPECT_EQ(ask(*access, "app.example:8443"), Verdict::kAllowed);
    EXPECT_EQ(ask(*access, "www.bad.example:443"), Verdict::kDeniedByRule);
    EXPECT_EQ(access->by_name(*parse_authority("www.bad.example:443"), Scheme::kTunnel).rule, 5u);
}

TEST(Access, StartPageIsAlwaysAllowedOnItsPort) {
    ipc::EgressConfig config;
    config.web.start_page = "https://Portal.example:8443/start?x#top";
    config.web.hosts = {{1, false, 0, ".example"}};
    const auto access = compile(config);
    EXPECT_EQ(ask(*access, "portal.example:8443"), Verdict::kAllowed);
    EXPECT_EQ(ask(*access, "portal.example:443"), Verdict::kDeniedByRule);
    EXPECT_EQ(ask(*access, "www.example:443"), Verdict::kDeniedByRule);
    config.web.start_page = "https://portal.example/";
    EXPECT_EQ(ask(*compile(config), "portal.example:443"), Verdict::kAllowed);
}

TEST(Access, PlainStartPageStillNeedsPlainHttp) {
    ipc::EgressConfig config;
    config.web.start_page = "http://portal.example/";
    EXPECT_EQ(ask(*compile(config), "portal.example:80", Scheme::kPlainHttp),
              Verdict::kDeniedPlainHttp);
    config.web.plain_http = true;
    EXPECT_EQ(ask(*compile(config), "portal.example:80", Scheme::kPlainHttp), Verdict::kAllowed);
    EXPECT_EQ(ask(*compile(config), "portal.example:80"), Verdict::kDeniedPort);
}

TEST(Access, OnePrivateAddressRefusesTheWholeAnswer) {
    const auto access = compile({});
    const auto target = *parse_authority("example.jp:443");
    EXPECT_TRUE(access->by_address(target, addresses({"8.8.8.8", "2606:4700::1"})).allowed());
    EXPECT_FALSE(access->by_address(target, addresses({"8.8.8.8", "10.0.0.1"})).allowed());
    EXPECT_FALSE(access->by_address(target, addresses({"::1", "8.8.8.8"})).allowed());
}

TEST(Access, PrivateSiteIsExactlyOneHostPortAndAddress) {
    ipc::EgressConfig config;
    config.private_sites = {{"app.example", 8443, to_bytes(*parse_literal("10.1.2.3"))},
                            {"::1", 443, to_bytes(*parse_literal("::1"))}};
    config.web.hosts = {{1, true, 0, ".example"}, {2, true, 0, "::1"}};
    const auto access = compile(config);
    const auto site = *parse_authority("app.example:8443");
    EXPECT_TRUE(access->by_name(site, Scheme::kTunnel).allowed());
    EXPECT_TRUE(access->by_address(site, addresses({"10.1.2.3"})).allowed());
    EXPECT_FALSE(access->by_address(site, addresses({"10.1.2.4"})).allowed());
    const auto other_port = *parse_authority("app.example:443");
    EXPECT_FALSE(access->by_address(other_port, addresses({"10.1.2.3"})).allowed());
    const auto other_host = *parse_authority("www.example:8443");
    EXPECT_EQ(access->by_name(other_host, Scheme::kTunnel).verdict, Verdict::kDeniedPort);
    EXPECT_FALSE(access->by_address(other_host, addresses({"10.1.2.3"})).allowed());
    EXPECT_TRUE(access->private_site(*parse_authority("[::1]:443")));
}

// The exception is about the address; whether the host may be visited stays with the rules.
TEST(Access, PrivateSiteNeedsAHostRule) {
    ipc::EgressConfig config;
    config.private_sites = {{"app.example", 8443, to_bytes(*parse_literal("10.1.2.3"))}};
    EXPECT_EQ(ask(*compile(config), "app.example:8443"), Verdict::kDeniedByDefault);
}

TEST(Access, BadSettingsAreRefused) {
    ipc::EgressConfig config;
    config.private_sites = {{"App.example", 443, to_bytes(*parse_literal("10.1.2.3"))}};
    EXPECT_FALSE(Access::create(config));
    config.private_sites = {{"app.example", 0, to_bytes(*parse_literal("10.1.2.3"))}};
    EXPECT_FALSE(Access::create(config));
    config.private_sites = {{"app.example", 443, {}}};
    EXPECT_FALSE(Access::create(config));
    config.private_sites.clear();
    config.web.hosts = {{1, true, 0, "*.example"}};
    EXPECT_FALSE(Access::create(config));
}

TEST(Access, QuotasHaveAHardCeiling) {
    ipc::EgressConfig config;
    config.web.connections_max = 1'000'000;
    EXPECT_EQ(compile(config)->connections_max(), 200u);
    EXPECT_FALSE(compile(config)->bytes_per_day());
    config.web.megabytes_per_day = 500;
    EXPECT_EQ(compile(config)->bytes_per_day(), 500'000'000u);
}

}  // namespace
}  // namespace sudare::egress

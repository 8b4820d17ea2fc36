// SPDX-License-Identifier: Apache-2.0
#include "server/host/settings.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace sudare::host {
namespace {

std::string base() {
    return std::string(::getuid() == 0 ? "uid_base = 200000\n" : "") +
           "tls.certificate = \"/c\"\ntls.key = \"/k\"\ntls.authority = \"/a\"\n"
           "tls.revoked = \"/r\"\n";
}

Result<Settings> read(const std::string& text) {
    auto config = Config::parse(text, "host.toml");
    if (!config)
        return tl::unexpected(config.error());
    return read_settings(std::move(*config), "/opt/sudare");
}

TEST(HostSettings, DefaultsAreTheStrictOnes) {
    const auto settings = read(base());
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings->address, "127.0.0.1");
    EXPECT_EQ(settings->programs, "/opt/sudare");
    EXPECT_TRUE(settings->limits_required);
    EXPECT_EQ(settings->limits.memory_mib, 2048U);
    EXPECT_TRUE(settings->egress.private_sites.empty());
    EXPECT_EQ(settings->browser_max_age_days, 0U);
}

TEST(HostSettings, EveryComplaintNamesItsField) {
    const struct {
        const char* line;
        const char* field;
    } rows[] = {
        {"resource_limits = \"no\"\n", "resource_limits"},
        {"runtime_dir = \"run\"\n", "runtime_dir"},
        {"runtime_dir = \"/run/x/\"\n", "runtime_dir"},
        {"egress.resolvers = [\"dns.example\"]\n", "egress.resolvers"},
        {"egress.upstream_proxy = \"192.0.2.1\"\n", "egress.upstream_proxy"},
        {"egress.private_sites = [\"x\"]\n", "egress.private_sites"},
        {"egress.refused_blocks = [\"10.0.0.0/40\"]\n", "egress.refused_blocks"},
        {"border.addresses = [\"border.example\"]\n", "border.addresses"},
        {"limits.memory_mib = 1\n", "limits.memory_mib"},
        {"sessions_max = 0\n", "sessions_max"},
        {"browser.ca_certificates = [\"/nonexistent\"]\n", "/nonexistent"},
        {"browser.max_age_days = -1\n", "browser.max_age_days"},
        {"browser.max_age_days = 3651\n", "browser.max_age_days"},
        {"sesions_max = 5\n", "sesions_max"},
    };
    for (const auto& row : rows) {
        const auto settings = read(base() + row.line);
        ASSERT_FALSE(settings) << row.line;
        EXPECT_NE(settings.error().message.find(row.field), std::string::npos)
            << settings.error().message;
    }
}

TEST(HostSettings, RootMustSeparateSessions) {
    const auto settings = read(
        "uid_base = 0\ntls.certificate = \"/c\"\ntls.key = \"/k\"\n"
        "tls.authority = \"/a\"\ntls.revoked = \"/r\"\n");
    EXPECT_EQ(settings.has_value(), ::getuid() != 0);
}

}  // namespace
}  // namespace sudare::host

// SPDX-License-Identifier: Apache-2.0
#include "server/gateway/settings.h"

#include <gtest/gtest.h>

#include <map>

namespace sudare::gateway {
namespace {

// The fields without a default.
std::map<std::string, std::string> needed() {
    return {{"tls.certificate", "\"/t/c\""},  {"tls.key", "\"/t/k\""},
            {"tls.authority", "\"/t/a\""},    {"tls.revoked", "\"/t/r\""},
            {"host.address", "\"10.0.0.2:8444\""}, {"host.name", "\"host\""},
            {"host.certificate", "\"/h/c\""}, {"host.key", "\"/h/k\""},
            {"broker.socket", "\"/b\""}};
}

Result<Settings> read(const std::map<std::string, std::string>& fields) {
    std::string text;
    for (const auto& [field, value] : fields)
        text += field + " = " + value + "\n";
    auto config = Config::parse(text, "gateway.toml");
    if (!config)
        return tl::unexpected(config.error());
    return read_settings(std::move(*config));
}

TEST(GatewaySettings, DefaultsAreThoseOfTheViewerAndTheStrictOnes) {
    const auto settings = read(needed());
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings->port, 7443);  // client/core/settings.h, kDefaultPort
    EXPECT_EQ(settings->address, "0.0.0.0");
    EXPECT_EQ(settings->host.authority, "/t/a") << "one CA unless said otherwise";
    EXPECT_EQ(settings->host.revoked, "/t/r");
    EXPECT_TRUE(settings->throttle.penalties);
    EXPECT_FALSE(settings->second_factor);
}

TEST(GatewaySettings, EveryFieldWithoutADefaultIsDemandedByName) {
    for (const auto& [field, value] : needed()) {
        auto fields = needed();
        fields.erase(field);
        const auto settings = read(fields);
        ASSERT_FALSE(settings) << field;
        EXPECT_NE(settings.error().message.find(field), std::string::npos)
            << settings.error().message;
    }
}

TEST(GatewaySettings, EveryComplaintNamesItsField) {
    const struct {
        const char* field;
        const char* value;
    } rows[] = {
        {"listen.port", "65536"},
        {"listen.port", "\"7443\""},
        {"tls.key", "\"relative/key\""},
        {"host.authority", "\"\""},
        {"broker.socket", "\"link.sock\""},
        {"throttle.connections_max", "0"},
        {"throttle.early_drop_percent", "101"},
        {"throttle.early_drop_full", "10"},  // not above early_drop_from
        {"throttle.unproven_per_source", "0"},
        {"throttle.penalties", "1"},
        {"throttle.penaltys", "true"},
        {"login.second_factor", "\"yes\""},
    };
    for (const auto& row : rows) {
        auto fields = needed();
        fields[row.field] = row.value;
        const auto settings = read(fields);
        ASSERT_FALSE(settings) << row.field << " = " << row.value;
        EXPECT_NE(settings.error().message.find(row.field), std::string::npos)
            << settings.error().message;
    }
}

}  // namespace
}  // namespace sudare::gateway

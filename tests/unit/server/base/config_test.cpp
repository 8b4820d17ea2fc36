// SPDX-License-Identifier: Apache-2.0
#include "server/base/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sudare {
namespace {

using testing::HasSubstr;

Config parsed(const std::string& text) {
    auto config = Config::parse(text, "test.toml");
    EXPECT_TRUE(config) << config.error().message;
    return std::move(*config);
}

TEST(ConfigTest, ReadsFieldsAndFallbacks) {
    Config config = parsed("[listen]\nport = 8443\nname = \"窓口\"\non = true\nlist = [\"a\", \"b\"]\n");
    EXPECT_EQ(config.integer("listen.port", 1, 0, 65535).value(), 8443);
    EXPECT_EQ(config.text("listen.name").value(), "窓口");
    EXPECT_TRUE(config.boolean("listen.on", false).value());
    EXPECT_EQ(config.list("listen.list").value(), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(config.text("listen.other", "fallback").value(), "fallback");
    EXPECT_TRUE(config.finish());
}

TEST(ConfigTest, ErrorsNameFileFieldValueAndRemedy) {
    Config config = parsed("port = 70000\nflag = \"yes\"\n");
    const auto port = config.integer("port", 1, 0, 65535);
    ASSERT_FALSE(port);
    EXPECT_THAT(port.error().message, HasSubstr("test.toml:1"));
    EXPECT_THAT(port.error().message, HasSubstr("\"port\" is 70000, but must be 0 to 65535"));
    const auto flag = config.boolean("flag", false);
    ASSERT_FALSE(flag);
    EXPECT_THAT(flag.error().message, HasSubstr("must be true or false"));
    const auto missing = config.text("absent");
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message, HasSubstr("\"absent\" is missing"));
}

TEST(ConfigTest, AMisspeltFieldIsAnError) {
    Config config = parsed("prot = 1\n");
    EXPECT_TRUE(config.integer("port", 1, 0, 10));
    const auto result = config.finish();
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message, HasSubstr("\"prot\" is not known"));
}

TEST(ConfigTest, BrokenTomlNamesTheLine) {
    const auto config = Config::parse("a = 1\nb = [\n", "test.toml");
    ASSERT_FALSE(config);
    EXPECT_THAT(config.error().message, HasSubstr("test.toml:"));
    EXPECT_FALSE(Config::load("/nonexistent/sudare.toml"));
}

}  // namespace
}  // namespace sudare

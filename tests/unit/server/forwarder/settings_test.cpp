// SPDX-License-Identifier: Apache-2.0
#include "server/forwarder/settings.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace sudare::forwarder {
namespace {

const std::string kHead = "state_dir = \"/s\"\naudit_dir = \"/a\"\nbroker_socket = \"/b\"\n";
const std::string kCollector =
    "[collector]\naddress = \"192.0.2.1\"\nname = \"log.test\"\nauthority = \"/ca\"\n";

Result<Settings> load(const std::string& text) {
    std::string pattern = std::filesystem::temp_directory_path() / "sudare-forwarder-XXXXXX";
    const std::string folder = ::mkdtemp(pattern.data());
    std::ofstream(folder + "/f.toml") << text;
    auto settings = load_settings(folder + "/f.toml");
    std::filesystem::remove_all(folder);
    return settings;
}

TEST(ForwarderSettings, Defaults) {
    const auto settings = load(kHead + kCollector);
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings->port, 6514);
    EXPECT_EQ(settings->message.enterprise, 32473U);
    EXPECT_EQ(settings->message.bytes_max, 8192U);
    EXPECT_EQ(settings->position_file(), "/s/position");
}

TEST(ForwarderSettings, ErrorsNameTheField) {
    const std::pair<std::string, std::string> cases[] = {
        {kHead + "host = \"a b\"\n" + kCollector, "\"host\""},
        {kHead + kCollector + "address2 = 1\n", "address2"},
        {kHead + kCollector + "port = 0\n", "\"collector.port\""},
        {kHead + kCollector + "certificate = \"/c\"\n", "\"collector.key\""},
        {kHead + kCollector + "key = \"/c\"\n", "\"collector.certificate\""},
        {kHead + kCollector + "message_bytes = 100\n", "\"collector.message_bytes\""},
        {kHead + kCollector + "enterprise_number = 0\n", "\"collector.enterprise_number\""},
        {kHead + "[collector]\naddress = \"log.test\"\nname = \"log.test\"\nauthority = \"/ca\"\n",
         "asks no name server"},
        {kHead + "[collector]\naddress = \"::1\"\nname = \"log test\"\nauthority = \"/ca\"\n",
         "\"collector.name\""},
        {kHead + "[collector]\naddress = \"::1\"\nname = \"log\"\nauthority = \"ca\"\n",
         "\"collector.authority\""},
        {kHead, "collector.address"}};
    for (const auto& [text, wanted] : cases) {
        const auto settings = load(text);
        ASSERT_FALSE(settings) << text;
        EXPECT_THAT(settings.error().message, testing::HasSubstr(wanted));
    }
}

}  // namespace
}  // namespace sudare::forwarder

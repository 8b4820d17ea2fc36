// SPDX-License-Identifier: Apache-2.0
#include "server/session/browser/box.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "server/session/browser/chromium_flags.h"

namespace sudare::browser {
namespace {

using ::testing::Contains;
using ::testing::IsSubsetOf;
using ::testing::Not;

BoxSpec spec() {
    BoxSpec out;
    out.box_init = "/opt/box-init";
    out.wayland_socket = "/run/x/wayland-0";
    out.egress_socket = "/run/x/egress.sock";
    out.policies = "/run/x/policies";
    return out;
}

// The arguments before "--": those that bwrap reads.
std::vector<std::string> bwrap_options(const Box& box) {
    const auto& argv = box.spawn.argv;
    return {argv.begin(), std::find(argv.begin(), argv.end(), "--")};
}

// Sources of all bind mounts.
std::vector<std::string> bound(const std::vector<std::string>& options) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i + 2 < options.size(); ++i)
        if (options[i].find("bind") != std::string::npos &&
            options[i].find("data") == std::string::npos)
            out.push_back(options[i + 1]);
    return out;
}

TEST(Box, TheCommandStandsBehindTheEndOfOptions) {
    // What looks like an option of bwrap must never be read as one (CVE-2024-32462).
    const auto box = make_box(spec(), {"/usr/bin/true", "--bind", "/", "/host"});
    ASSERT_TRUE(box);
    EXPECT_THAT(bwrap_options(*box), Not(Contains("/host")));
    const auto& argv = box->spawn.argv;
    const std::vector<std::string> tail(argv.end() - 4, argv.end());
    EXPECT_EQ(tail, (std::vector<std::string>{"/usr/bin/true", "--bind", "/", "/host"}));
}

TEST(Box, BindsNothingButTheSystemAndTheSessionsOwnFiles) {
    const auto box = make_box(spec(), {"/usr/bin/true"});
    ASSERT_TRUE(box);
    const auto options = bwrap_options(*box);
    const std::vector<std::string> permitted{"/usr",
                                             "/etc/fonts",
                                             "/etc/ld.so.cache",
                                             "/var/cache/fontconfig",
                                             "/run/x/policies",
                                             "/run/x/egress.sock",
                                             "/run/x/wayland-0",
                                             "/opt/box-init"};
    EXPECT_THAT(bound(options), IsSubsetOf(permitted));
    EXPECT_THAT(options, Not(Contains("--bind")));
    EXPECT_THAT(options, Not(Contains("--dev-bind")));
    EXPECT_THAT(options, Not(Contains("--share-net")));
}

TEST(Box, KeepsEveryWallUp) {
    const auto box = make_box(spec(), {"/usr/bin/true"});
    ASSERT_TRUE(box);
    const auto options = bwrap_options(*box);
    for (const char* wall : {"--unshare-all", "--new-session", "--die-with-parent", "--clearenv",
                             "--cap-drop", "--seccomp", "--remount-ro"})
        EXPECT_THAT(options, Contains(wall));
    EXPECT_TRUE(box->spawn.environment.empty());
    EXPECT_TRUE(box->spawn.no_new_privs);
    EXPECT_TRUE(box->spawn.die_with_parent);
}

TEST(Box, EveryWritablePlaceHasASize) {
    const auto box = make_box(spec(), {"/usr/bin/true"});
    ASSERT_TRUE(box);
    const auto options = bwrap_options(*box);
    int places = 0;
    for (std::size_t i = 2; i < options.size(); ++i)
        if (options[i] == "--tmpfs") {
            EXPECT_EQ(options[i - 2], "--size") << options[i + 1];
            ++places;
        }
    EXPECT_EQ(places, 4);
}

TEST(Box, RefusesACommandThatIsLookedUp) {
    EXPECT_FALSE(make_box(spec(), {"true"}));
    EXPECT_FALSE(make_box(spec(), {}));
}

TEST(ChromiumCommand, IsOneOfTwo) {
    const auto japanese = chromium_command(Locale::kJapanese);
    const auto english = chromium_command(Locale::kEnglish);
    ASSERT_EQ(japanese.size(), english.size());
    std::size_t different = 0;
    for (std::size_t i = 0; i < japanese.size(); ++i)
        different += japanese[i] != english[i];
    EXPECT_EQ(different, 1U);
    EXPECT_EQ(japanese.front(), "/usr/lib/chromium/chromium");
    for (const std::string& flag : japanese) {
        EXPECT_EQ(flag.find("-sandbox"), std::string::npos) << flag;
        EXPECT_EQ(flag.find("remote-debugging"), std::string::npos) << flag;
        EXPECT_NE(flag, "--kiosk");  // would take the context menu away
    }
}

}  // namespace
}  // namespace sudare::browser

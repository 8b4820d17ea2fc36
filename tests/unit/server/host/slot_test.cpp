// SPDX-License-Identifier: Apache-2.0
#include "server/host/slot.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "server/host/slot_directory.h"

namespace sudare::host {
namespace {

TEST(Slots, NoUidBelongsToTwo) {
    std::set<uid_t> uids;
    for (SlotNumber slot = 0; slot < 50; ++slot)
        for (const Role role : {Role::kSession, Role::kBrowser, Role::kEgress, Role::kRelay,
                                Role::kInputMethod})
            EXPECT_TRUE(uids.insert(*uid_of(100000, slot, role)).second);
    EXPECT_EQ(*uids.begin(), 100000U);
    EXPECT_EQ(*uids.rbegin(), 100249U);
    EXPECT_FALSE(uid_of(std::nullopt, 0, Role::kRelay));
}

TEST(Slots, AreUsedAgainAsLateAsPossible) {
    SlotTable table(3);
    EXPECT_EQ(table.take(), 0U);
    table.give_back(0);
    EXPECT_EQ(table.take(), 1U);
    EXPECT_EQ(table.take(), 2U);
    EXPECT_EQ(table.take(), 0U);
    EXPECT_EQ(table.take(), std::nullopt);
    table.give_back(2);
    EXPECT_EQ(table.free_count(), 1U);
    EXPECT_EQ(table.take(), 2U);
}

class SlotDirectoryTest : public ::testing::Test {
protected:
    void SetUp() override {
        char pattern[] = "/tmp/sudare-slots-XXXXXX";
        root_ = ::mkdtemp(pattern);
    }
    void TearDown() override { std::filesystem::remove_all(root_); }
    std::string root_;
};

TEST_F(SlotDirectoryTest, IsClosedToOthersAndVanishes) {
    {
        const auto directory = SlotDirectory::create(root_, 3, {});
        ASSERT_TRUE(directory) << directory.error().message;
        ASSERT_TRUE(directory->write_policy("{}"));
        struct stat state {};
        ASSERT_EQ(::stat((root_ + "/3").c_str(), &state), 0);
        EXPECT_EQ(state.st_mode & 0777, 0711U);
        ASSERT_EQ(::stat(directory->policies_path().c_str(), &state), 0);
        EXPECT_EQ(state.st_mode & 0777, 0750U);
        ASSERT_EQ(::stat(directory->wayland_path().c_str(), &state), 0);
        EXPECT_TRUE(S_ISSOCK(state.st_mode));
        EXPECT_EQ(state.st_mode & 0777, 0600U);
        EXPECT_FALSE(SlotDirectory::create(root_, 3, {}));  // taken
        EXPECT_TRUE(std::filesystem::exists(root_ + "/3"));
    }
    EXPECT_FALSE(std::filesystem::exists(root_ + "/3"));
}

TEST_F(SlotDirectoryTest, ARunningLauncherKeepsOthersOutAndAStaleOneIsCleanedUp) {
    std::filesystem::create_directories(root_ + "/7/policies");
    std::filesystem::create_directories(root_ + "/keep");
    const auto first = RuntimeDirectory::open(root_);
    ASSERT_TRUE(first);
    EXPECT_FALSE(std::filesystem::exists(root_ + "/7"));
    EXPECT_TRUE(std::filesystem::exists(root_ + "/keep"));
    const auto second = RuntimeDirectory::open(root_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::kState);
}

}  // namespace
}  // namespace sudare::host

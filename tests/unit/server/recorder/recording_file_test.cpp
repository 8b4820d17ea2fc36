// SPDX-License-Identifier: Apache-2.0
#include "server/recorder/recording_file.h"

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <vector>

namespace sudare::recorder {
namespace {

class RecordingFileTest : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = std::filesystem::temp_directory_path() / "sudare-recorder-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        settings_.directory = pattern;
        settings_.reserve_bytes = 1U << 20;
    }
    void TearDown() override { std::filesystem::remove_all(settings_.directory); }
    Settings settings_;
    static constexpr ipc::RecordingBegin kFirst{{1, 2, 3}, 1'764'115'199'999};
};

TEST_F(RecordingFileTest, TheDayIsInUtc) {
    EXPECT_EQ(day_of(1'764'115'199'999), "2025-11-25");
    EXPECT_EQ(day_of(1'764'115'200'000), "2025-11-26");
    EXPECT_EQ(day_of(ipc::kUnixMsMax), "9999-12-31");
    EXPECT_EQ(name_of({0xab, 0x01}), "ab010000000000000000000000000000");
}

TEST_F(RecordingFileTest, StoresWhereTheDaySays) {
    const auto directory = Directory::open(settings_);
    ASSERT_TRUE(directory) << directory.error().message;
    auto file = RecordingFile::create(*directory, kFirst);
    ASSERT_TRUE(file);
    const std::vector<std::uint8_t> bytes{'a', 'b'};
    ASSERT_TRUE(file->append(bytes) && file->append(bytes) && file->sync());
    const auto path = settings_.directory + "/2025-11-25/" + name_of(kFirst.id) + ".rec";
    std::string content;
    std::ifstream(path) >> content;
    EXPECT_EQ(content, "abab");
    EXPECT_EQ(RecordingFile::create(*directory, kFirst).error(), Fault::kDisk);
}

TEST_F(RecordingFileTest, ASymbolicLinkInTheWayIsNotFollowed) {
    const auto directory = Directory::open(settings_);
    ASSERT_TRUE(directory);
    const std::string elsewhere = settings_.directory + "/elsewhere";
    std::filesystem::create_directory(elsewhere);
    std::filesystem::create_directory_symlink(elsewhere, settings_.directory + "/2025-11-25");
    EXPECT_FALSE(RecordingFile::create(*directory, kFirst));
    EXPECT_TRUE(std::filesystem::is_empty(elsewhere));
}

// A real disk of 4 MiB, half of which is the reserve.
TEST_F(RecordingFileTest, AFullDiskIsSaidBeforeItIsFull) {
    if (::mount("tmpfs", settings_.directory.c_str(), "tmpfs", 0, "size=4m") != 0)
        GTEST_SKIP() << "needs root and the right to mount";
    settings_.reserve_bytes = 2U << 20;
    {
        const auto directory = Directory::open(settings_);
        ASSERT_TRUE(directory);
        auto file = RecordingFile::create(*directory, kFirst);
        ASSERT_TRUE(file);
        const std::vector<std::uint8_t> piece(256U << 10, 7);
        int written = 0;
        Stored<> done;
        while ((done = file->append(piece)))
            ASSERT_LT(++written, 16) << "the disk has 16 of them";
        EXPECT_EQ(done.error(), Fault::kDiskFull);
        EXPECT_GE(written, 7);
        EXPECT_LE(written, 9);
        EXPECT_EQ(RecordingFile::create(*directory, {{9}, 0}).error(), Fault::kDiskFull);
    }
    EXPECT_EQ(::umount(settings_.directory.c_str()), 0);
}

}  // namespace
}  // namespace sudare::recorder

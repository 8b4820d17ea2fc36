// SPDX-License-Identifier: Apache-2.0
#include "server/forwarder/position.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace sudare::forwarder {
namespace {

using std::chrono::seconds;

Mark mark(std::uint64_t records) {
    Mark out{records, {}};
    if (records > 0)
        out.last.fill(static_cast<std::uint8_t>(records));
    return out;
}

class PositionFileTest : public testing::Test {
protected:
    PositionFileTest() {
        std::string pattern = std::filesystem::temp_directory_path() / "sudare-position-XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
        path_ = folder_ + "/position";
    }
    ~PositionFileTest() override { std::filesystem::remove_all(folder_); }
    Result<PositionFile> open() { return PositionFile::open(path_, seconds(10), now_); }
    Position stored() {
        std::ifstream in(path_);
        return read_position(std::string(std::istreambuf_iterator<char>(in), {})).value();
    }

    std::string folder_, path_;
    PositionFile::Clock::time_point now_{seconds(1000)};
};

TEST(Position, HasOneText) {
    const Position position{true, mark(12), mark(3)};
    const std::string text = write_position(position);
    EXPECT_EQ(read_position(text), position);
    EXPECT_LE(text.size(), kPositionBytesMax);
    for (std::size_t i = 0; i < text.size(); ++i) {
        EXPECT_EQ(read_position(text.substr(0, i)), std::nullopt) << i;
        std::string changed = text;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        const auto read = read_position(changed);
        EXPECT_TRUE(!read || write_position(*read) == changed) << i;
    }
    EXPECT_EQ(read_position(text + "\n"), std::nullopt);
}

TEST(Position, RefusesWhatCannotBe) {
    EXPECT_EQ(read_position(write_position({false, mark(3), mark(4)})),
              std::nullopt);  // safe beyond sure
    EXPECT_EQ(read_position(write_position({false, {3, {}}, mark(0)})), std::nullopt);  // no hash
    Mark begin = mark(1);
    begin.records = 0;
    EXPECT_EQ(read_position(write_position({false, begin, begin})), std::nullopt);
    EXPECT_EQ(read_position(write_position({})), Position());
}

TEST_F(PositionFileTest, BeginsAtTheFirstRecordAndIsThereAtOnce) {
    const auto file = open();
    ASSERT_TRUE(file);
    EXPECT_EQ(file->get(), Position());
    EXPECT_EQ(stored(), Position());
    struct stat info {};
    ASSERT_EQ(::stat(path_.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST_F(PositionFileTest, AfterACrashGoesOnFromTheSafePlace) {
    auto file = open();
    ASSERT_TRUE(file->closed(mark(5), now_ += seconds(10)));
    ASSERT_TRUE(file->closed(mark(9), now_ += seconds(10)));
    EXPECT_EQ(stored(), (Position{false, mark(9), mark(5)}));
    EXPECT_EQ(stored().next(), mark(9));
    ASSERT_TRUE(file->opened());
    EXPECT_EQ(stored(), (Position{true, mark(9), mark(5)}));
    EXPECT_EQ(open()->get().next(), mark(5));
}

TEST_F(PositionFileTest, TheMarginIsOneOfTime) {
    auto file = open();
    ASSERT_TRUE(file->closed(mark(5), now_ += seconds(10)));
    for (std::uint64_t records = 6; records < 15; ++records)
        ASSERT_TRUE(file->closed(mark(records), now_ += seconds(1)));
    EXPECT_EQ(stored().safe, mark(0));  // 5 was sure 9 seconds ago
    ASSERT_TRUE(file->closed(mark(15), now_ += seconds(1)));
    EXPECT_EQ(stored().safe, mark(5));
    for (std::uint64_t records = 16; records < 26; ++records)
        ASSERT_TRUE(file->closed(mark(records), now_ += seconds(1)));
    EXPECT_EQ(stored().safe, mark(15));  // it moves on, however often is confirmed
}

TEST_F(PositionFileTest, WhatIsSentAgainIsNotSureBeforeItIs) {
    auto file = open();
    ASSERT_TRUE(file->closed(mark(5), now_ += seconds(10)));
    ASSERT_TRUE(file->closed(mark(9), now_ += seconds(10)));
    ASSERT_TRUE(file->opened());
    ASSERT_TRUE(file->closed(mark(7), now_ += seconds(1)));  // from 5 on, and only 2 arrived
    EXPECT_EQ(stored(), (Position{false, mark(7), mark(5)}));
    ASSERT_TRUE(file->closed(mark(8), now_ += seconds(10)));
    EXPECT_LE(stored().safe.records, 7U);
}

TEST_F(PositionFileTest, ADamagedFileIsNoBeginning) {
    ASSERT_TRUE(open());
    for (const std::string& text : {std::string(), std::string(5000, 'x'), std::string("sudare")}) {
        std::ofstream(path_, std::ios::trunc) << text;
        const auto file = open();
        ASSERT_FALSE(file);
        EXPECT_EQ(file.error().code, Errc::kBadInput);
        EXPECT_NE(file.error().message.find("remove it"), std::string::npos);
    }
}

TEST_F(PositionFileTest, ADiskThatTakesNothingIsAnError) {
    auto file = open();
    std::filesystem::remove_all(folder_);
    EXPECT_FALSE(file->opened());
    EXPECT_FALSE(file->get().open);
}

}  // namespace
}  // namespace sudare::forwarder

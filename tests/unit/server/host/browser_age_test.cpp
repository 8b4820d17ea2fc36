// SPDX-License-Identifier: Apache-2.0
#include "server/host/browser_age.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

namespace sudare::host {
namespace {

using std::chrono::hours;
using std::chrono::system_clock;

// A program file with a date: `now` is real, the file's date moves.
class BrowserAge : public testing::Test {
protected:
    void SetUp() override {
        path_ = testing::TempDir() + "browser-age-" + std::to_string(::getpid());
        std::ofstream(path_) << "program";
    }
    void TearDown() override { ::unlink(path_.c_str()); }

    void dated(hours before_now) {
        const timespec date{system_clock::to_time_t(now_ - before_now), 0};
        const timespec both[2] = {date, date};
        ASSERT_EQ(0, ::utimensat(AT_FDCWD, path_.c_str(), both, 0));
    }

    std::string path_;
    const system_clock::time_point now_ =
        std::chrono::floor<std::chrono::seconds>(system_clock::now());
};

TEST_F(BrowserAge, WholeDaysSinceTheDateOfTheFile) {
    for (const auto& [before, days] : {std::pair{0, 0U}, {23, 0U}, {24, 1U}, {24 * 60 + 23, 60U}}) {
        dated(hours(before));
        const auto age = browser_age_days(path_, now_);
        ASSERT_TRUE(age) << age.error().message;
        EXPECT_EQ(*age, days) << before;
    }
}

TEST_F(BrowserAge, DaysLeftUntilTheLimitAndNoneBeyondIt) {
    for (const auto& [before, left] : {std::pair{0, 60U}, {24 * 46, 14U}, {24 * 60 + 23, 0U}}) {
        dated(hours(before));
        const auto days = browser_days_left(path_, 60, now_);
        ASSERT_TRUE(days) << days.error().message;
        EXPECT_EQ(*days, left) << before;
    }
    dated(hours(24 * 61));
    const auto over = browser_days_left(path_, 60, now_);
    ASSERT_FALSE(over);
    EXPECT_EQ(over.error().code, Errc::kLimit);
    EXPECT_NE(over.error().message.find("61 days old, browser.max_age_days is 60"),
              std::string::npos);
}

// Also the one of images whose files were all dated 1970.
TEST_F(BrowserAge, TheEpochIsOld) {
    dated(std::chrono::floor<hours>(now_.time_since_epoch()));
    const auto days = browser_days_left(path_, 3650, now_);
    ASSERT_FALSE(days);
    EXPECT_EQ(days.error().code, Errc::kLimit);
}

TEST_F(BrowserAge, WhatCannotBeKnownIsTooOld) {
    dated(hours(-23));  // time zones and slack of clocks
    EXPECT_EQ(browser_days_left(path_, 60, now_).value_or(1), 60U);
    dated(hours(-25));
    const auto future = browser_days_left(path_, 60, now_);
    ASSERT_FALSE(future);
    EXPECT_EQ(future.error().code, Errc::kState);
    const auto missing = browser_days_left(path_ + "-none", 60, now_);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, Errc::kNotFound);
}

}  // namespace
}  // namespace sudare::host

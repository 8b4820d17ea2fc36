// SPDX-License-Identifier: Apache-2.0
#include "server/ctl/times.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace sudare::ctl {
namespace {

class Times : public testing::Test {
protected:
    Times() { zone("JST-9"); }
    ~Times() override {
        ::unsetenv("TZ");
        ::tzset();
    }
    static void zone(const char* name) {
        ::setenv("TZ", name, 1);
        ::tzset();
    }
};

constexpr std::int64_t kMidnight = 1774969200;  // 2026-04-01T00:00:00+09:00

TEST_F(Times, ADateIsADayHere) {
    EXPECT_EQ(time_from("2026-04-01", DayEnd::kBegin), kMidnight);
    EXPECT_EQ(time_from("2026-04-01", DayEnd::kEnd), kMidnight + 86400);
    EXPECT_EQ(time_from("2026-04-01T09:30", DayEnd::kEnd), kMidnight + 9 * 3600 + 1800);
    EXPECT_EQ(time_from("2026-03-31T15:00:00Z", DayEnd::kEnd), kMidnight);
    EXPECT_EQ(time_from("2026-03-31T16:00:00+01:00", DayEnd::kBegin), kMidnight);
    EXPECT_EQ(local_time(kMidnight), "2026-04-01T00:00:00+09:00");
    EXPECT_EQ(time_from(local_time(kMidnight + 12345), DayEnd::kBegin), kMidnight + 12345);
}

// Where the clocks change a day has not 24 hours.
TEST_F(Times, ADayEndsAtMidnight) {
    zone("CET-1CEST,M3.5.0,M10.5.0/3");
    EXPECT_EQ(*time_from("2026-03-29", DayEnd::kEnd) - *time_from("2026-03-29", DayEnd::kBegin), 23 * 3600);
    EXPECT_EQ(local_time(*time_from("2026-03-29", DayEnd::kEnd)), "2026-03-30T00:00:00+02:00");
}

TEST_F(Times, WhatIsNoTime) {
    for (const char* text : {"", "2026-02-30", "2026-13-01", "2026-04-01T24:30", "2026-04-01x", "tomorrow", "2026-04-01T09"})
        EXPECT_FALSE(time_from(text, DayEnd::kBegin)) << text;
    for (const char* text : {"", "d", "12", "1.5h", "-2h", "12345678d"})
        EXPECT_FALSE(duration_from(text)) << text;
    EXPECT_EQ(duration_from("7d"), 7 * 86400);  // control
}

}  // namespace
}  // namespace sudare::ctl

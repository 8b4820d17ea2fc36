// SPDX-License-Identifier: Apache-2.0
#include "server/broker/retention/log_days.h"

#include "server/broker/audit/deletion.h"
#include "tests/unit/server/broker/audit/estate.h"

namespace sudare::retention {
namespace {

using audit::Estate;

std::vector<LogDay> days_in(const Estate& estate) {
    const auto list = evidence::open_segments(estate.audit);
    EXPECT_TRUE(list);
    auto days = log_days(list->segments);
    EXPECT_TRUE(days) << (days ? "" : days.error().message);
    return days.value_or(std::vector<LogDay>());
}

TEST(LogDays, EachSegmentAsItAndTheNextOneBegin) {
    Estate estate;  // a day is 100 ns; the first record of a day comes one later
    estate.write(1, 3);
    estate.write(2, 2);
    estate.write(4, 1);
    const auto days = days_in(estate);
    ASSERT_EQ(days.size(), 3U);
    EXPECT_EQ(days[0].file, evidence::segment_name(0));
    EXPECT_EQ(days[0].end, 3U);
    EXPECT_EQ(days[0].from_time, 101);
    EXPECT_EQ(days[0].until_time, 201);
    EXPECT_TRUE(days[0].closed && days[1].closed);
    EXPECT_FALSE(days[2].closed);
    EXPECT_EQ(days[1].bytes, estate.bytes(estate.file(3)).size());
}

TEST(LogDays, WhatStandsForADeletedOneStillSaysWhenItBegan) {
    Estate estate;
    for (int day = 1; day <= 3; ++day)
        estate.write(day, 2);
    const auto list = evidence::open_segments(estate.audit);
    ASSERT_TRUE(audit::replace_by(estate.audit, *audit::summarize(list->segments.at(1))));
    const auto days = days_in(estate);
    ASSERT_EQ(days.size(), 2U);
    EXPECT_TRUE(days[0].closed);
    EXPECT_EQ(days[0].until_time, 201);
}

// A clock that was set back: the later of both times counts for the age, both for holds.
TEST(LogDays, AClockThatWasSetBackMakesNothingOld) {
    Estate estate;
    estate.write(9, 2);
    estate.write(2, 2);
    const auto days = days_in(estate);
    ASSERT_EQ(days.size(), 2U);
    EXPECT_EQ(days[0].from_time, 201);
    EXPECT_EQ(days[0].until_time, 901);
}

TEST(LogDays, AnEmptyNewestOneLeavesTheOneBeforeOpen) {
    Estate estate;
    estate.write(1, 2);
    estate.write(2, 2);
    std::ofstream(estate.file(4));
    const auto days = days_in(estate);
    ASSERT_EQ(days.size(), 2U);
    EXPECT_TRUE(days[0].closed);
    EXPECT_FALSE(days[1].closed);
}

TEST(LogDays, WhatIsDamagedIsNotDeleted) {
    Estate estate;
    estate.write(1, 3);
    estate.write(2, 2);
    const std::string whole = estate.bytes(estate.file(0));
    const auto read = [&] {
        const auto list = evidence::open_segments(estate.audit);
        return read_for_deletion(list->segments, evidence::segment_name(0));
    };
    ASSERT_TRUE(read());  // control
    for (std::size_t i = 0; i < whole.size(); i += 7) {
        std::string changed = whole;
        changed[i] = static_cast<char>(changed[i] ^ 4);
        estate.put(estate.file(0), changed);
        EXPECT_FALSE(read()) << i;
    }
    estate.put(estate.file(0), whole);
    EXPECT_TRUE(read());
}

}  // namespace
}  // namespace sudare::retention

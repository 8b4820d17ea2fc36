// SPDX-License-Identifier: Apache-2.0
#include "server/session/seek_points.h"

#include <gtest/gtest.h>

namespace sudare::session {
namespace {

using std::chrono::minutes, std::chrono::seconds;
using Clock = SeekPoints::Clock;
constexpr Clock::time_point kStart{std::chrono::hours(1)};

TEST(SeekPointsTest, NothingWhileNothingIsRecordedOrShown) {
    SeekPoints points;
    points.follow(false, kStart);
    points.changed(kStart + minutes(1));
    EXPECT_FALSE(points.due(kStart + minutes(60)));
    points.follow(true, kStart);
    EXPECT_FALSE(points.next());
    EXPECT_FALSE(points.due(kStart + minutes(60)));
    points.changed(kStart + minutes(60));
    EXPECT_TRUE(points.due(kStart + minutes(60) + SeekPoints::kQuiet)) << "control";
}

TEST(SeekPointsTest, InAQuietMomentAfterFiveMinutes) {
    SeekPoints points;
    points.follow(true, kStart);
    points.changed(kStart + minutes(1));
    EXPECT_EQ(points.next(), kStart + minutes(5));
    points.changed(kStart + minutes(5));
    EXPECT_FALSE(points.due(kStart + minutes(5)));
    EXPECT_EQ(points.next(), kStart + minutes(5) + SeekPoints::kQuiet);
    points.whole(kStart + minutes(5) + SeekPoints::kQuiet);
    EXPECT_FALSE(points.next());
}

TEST(SeekPointsTest, AFilmDoesNotPutItOffForEver) {
    SeekPoints points;
    points.follow(true, kStart);
    auto now = kStart;
    for (; !points.due(now) && now < kStart + minutes(60); now += seconds(1))
        points.changed(now);
    EXPECT_EQ(now, kStart + SeekPoints::kEvery + SeekPoints::kLate);
}

}  // namespace
}  // namespace sudare::session

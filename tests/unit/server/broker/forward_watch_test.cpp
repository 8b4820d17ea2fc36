// SPDX-License-Identifier: Apache-2.0
#include "server/broker/forward_watch.h"

#include <gtest/gtest.h>

namespace sudare::broker {
namespace {

using std::chrono::seconds;
using Clock = ForwardWatch::Clock;

class ForwardWatchTest : public testing::Test {
protected:
    // One second later.
    std::optional<bool> tick(std::uint64_t durable, std::uint64_t confirmed) {
        return watch_.judge(now_ += seconds(1), durable, confirmed);
    }
    Clock::time_point now_{seconds(1000)};
    ForwardWatch watch_{seconds(60), now_};
};

TEST_F(ForwardWatchTest, NothingNewIsNeverLate) {
    for (int i = 0; i < 1000; ++i)
        EXPECT_EQ(tick(5, 5), std::nullopt);
}

TEST_F(ForwardWatchTest, ALagBelowTheLimitIsNotAnnounced) {
    std::uint64_t durable = 0;
    for (int i = 0; i < 1000; ++i) {
        durable += 10;
        EXPECT_EQ(tick(durable, durable < 500 ? 0 : durable - 500), std::nullopt)
            << i;  // 50 seconds late
    }
}

TEST_F(ForwardWatchTest, AnOutageIsAnnouncedOnceAndItsEndWhenAllIsThere) {
    EXPECT_EQ(tick(10, 10), std::nullopt);
    std::uint64_t durable = 10;
    int announced = 0;
    for (int i = 0; i < 100'000; ++i)
        if (const auto changed = tick(++durable, 10)) {
            EXPECT_TRUE(*changed);
            EXPECT_EQ(i, 60);
            ++announced;
        }
    EXPECT_EQ(announced, 1);
    // A day's records come in; those of the last seconds are missing until the end.
    for (std::uint64_t confirmed = 10; confirmed + 100 < durable; confirmed += 500)
        EXPECT_EQ(tick(++durable, confirmed), std::nullopt) << durable - confirmed;
    std::optional<bool> changed;
    for (int i = 0; i < 120 && !changed; ++i) {
        ++durable;
        changed = tick(durable, durable - 2);
    }
    EXPECT_EQ(changed, false);
    EXPECT_FALSE(watch_.behind());
}

TEST_F(ForwardWatchTest, OneMissingRecordIsEnough) {
    EXPECT_EQ(tick(10, 10), std::nullopt);
    std::optional<bool> changed;
    int seconds_taken = 0;
    for (; !changed && seconds_taken < 100; ++seconds_taken)
        changed = tick(11, 10);
    EXPECT_EQ(changed, true);
    EXPECT_EQ(seconds_taken, 61);
    EXPECT_EQ(tick(11, 11), false);
}

TEST_F(ForwardWatchTest, ALagAroundTheLimitIsNotToldAtEveryRecord) {
    std::uint64_t durable = 1000;
    int told = 0;
    for (int i = 0; i < 2000; ++i) {
        ++durable;
        told += tick(durable, durable - 58 - i % 5).has_value();
    }
    EXPECT_EQ(told, 1);
}

// Confirming takes four seconds, and three are the limit.
int announcements_after_one_record(bool own) {
    Clock::time_point now{seconds(1000)};
    ForwardWatch watch{seconds(3), now};
    std::deque<std::uint64_t> history(4, 10);  // what was durable then is confirmed now
    std::uint64_t durable = 11;
    int count = 0;
    for (int i = 0; i < 1000; ++i) {
        history.push_back(durable);
        if (watch.judge(now += seconds(1), durable, history.front())) {
            ++count;
            if (own)
                watch.announced(durable);
            ++durable;
        }
        history.pop_front();
    }
    return count;
}

TEST_F(ForwardWatchTest, AnAnnouncementIsNoReasonForTheNext) {
    EXPECT_LE(announcements_after_one_record(true), 2);
    EXPECT_GT(announcements_after_one_record(false), 100);  // the control: it would go on for ever
}

TEST_F(ForwardWatchTest, WhatIsSentAgainCountsAsMissing) {
    EXPECT_EQ(tick(100, 100), std::nullopt);
    std::optional<bool> changed;
    for (int i = 0; i < 100 && !changed; ++i)
        changed = tick(100, 50);
    EXPECT_EQ(changed, true);
}

}  // namespace
}  // namespace sudare::broker

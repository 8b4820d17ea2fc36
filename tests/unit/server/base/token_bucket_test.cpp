// SPDX-License-Identifier: Apache-2.0
#include "server/base/token_bucket.h"

#include <gtest/gtest.h>

namespace sudare {
namespace {

using namespace std::chrono_literals;
using TimePoint = TokenBucket::TimePoint;

const TimePoint kStart = TimePoint{} + 1h;

TEST(TokenBucketTest, GivesTheBurstAndThenTheRate) {
    TokenBucket bucket(10, 1s, 3);
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(bucket.take(1, kStart));
    EXPECT_FALSE(bucket.take(1, kStart));
    EXPECT_FALSE(bucket.take(1, kStart + 99ms));
    EXPECT_TRUE(bucket.take(1, kStart + 100ms));
    EXPECT_FALSE(bucket.take(1, kStart + 100ms));
}

TEST(TokenBucketTest, LosesNothingToRoundingHoweverOftenItIsAsked) {
    TokenBucket bucket(7, 1s, 1);
    EXPECT_TRUE(bucket.take(1, kStart));
    int given = 0;
    for (int ms = 1; ms <= 10'000; ++ms)
        given += bucket.take(1, kStart + std::chrono::milliseconds(ms)) ? 1 : 0;
    EXPECT_GE(given, 69);
    EXPECT_LE(given, 70);
}

TEST(TokenBucketTest, NeverHoldsMoreThanItsBurst) {
    TokenBucket bucket(1000, 1s, 5);
    EXPECT_TRUE(bucket.take(1, kStart));
    EXPECT_FALSE(bucket.take(6, kStart + 24h * 365));
    EXPECT_TRUE(bucket.take(5, kStart + 24h * 365));
}

TEST(TokenBucketTest, OfNothingGivesNothing) {
    TokenBucket bucket(0, 1s, 5);
    EXPECT_FALSE(bucket.take(1, kStart));
    EXPECT_FALSE(bucket.take(1, kStart + 1h));
}

TEST(TokenBucketTest, TimeThatStandsStillOrGoesBackGivesNothing) {
    TokenBucket bucket(10, 1s, 1);
    EXPECT_TRUE(bucket.take(1, kStart));
    EXPECT_FALSE(bucket.take(1, kStart - 10s));
    EXPECT_FALSE(bucket.take(1, kStart));
}

}  // namespace
}  // namespace sudare

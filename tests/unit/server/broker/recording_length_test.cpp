// SPDX-License-Identifier: Apache-2.0
#include "server/broker/recording_length.h"

#include <gtest/gtest.h>

namespace sudare::broker {
namespace {

using namespace std::chrono_literals;

TEST(RecordingLength, IsHeldAgainstTheTimeSinceItBegan) {
    const std::chrono::steady_clock::time_point begun{100h};
    constexpr std::uint32_t kHour = 3600 * 1000;
    EXPECT_TRUE(may_have_come_to(0, begun, begun));
    EXPECT_TRUE(may_have_come_to(8 * kHour, begun, begun + 8h));
    EXPECT_TRUE(may_have_come_to(8 * kHour, begun, begun + 8h - kRecordingAhead));
    EXPECT_FALSE(may_have_come_to(8 * kHour, begun, begun + 8h - kRecordingAhead - 1ms));
    EXPECT_FALSE(may_have_come_to(8 * kHour, begun, begun));
    EXPECT_FALSE(may_have_come_to(~0U, begun, begun + 100h));
}

}  // namespace
}  // namespace sudare::broker

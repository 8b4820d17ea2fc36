// SPDX-License-Identifier: Apache-2.0
#include "client/core/reconnect.h"

#include <gtest/gtest.h>

namespace sudare::client {
namespace {

using std::chrono::milliseconds;

TEST(ReconnectTest, EveryHalfSecondForAMinuteThenEverRarer) {
    EXPECT_EQ(retry_gap(milliseconds(0)), milliseconds(500));
    EXPECT_EQ(retry_gap(milliseconds(59'999)), milliseconds(500));
    milliseconds before{0};
    for (int second = 60; second < 600; ++second) {
        const milliseconds gap = retry_gap(milliseconds(second * 1000));
        EXPECT_GE(gap, before) << second;
        EXPECT_LE(gap, milliseconds(10'000)) << second;
        before = gap;
    }
    EXPECT_EQ(before, milliseconds(10'000));
}

// Each fault is either the line's, and says nothing about the session, or somebody's word.
TEST(ReconnectTest, OnlyTheLineIsAnInterruption) {
    for (const Fault fault : kAllFaults) {
        const bool line =
            fault == Fault::kLost || fault == Fault::kStalled || fault == Fault::kUnreachable;
        EXPECT_EQ(is_interruption({fault, {}, 0, {}}), line) << name_of(fault);
        if (line)
            EXPECT_TRUE(may_retry({fault, {}, 0, {}})) << name_of(fault);
    }
    for (const Fault fault : {Fault::kServerNotTrusted, Fault::kServerRevoked, Fault::kTerminalRefused,
                              Fault::kTerminalRevoked, Fault::kSettings, Fault::kServerBroke,
                              Fault::kDecoder, Fault::kListOutdated})
        EXPECT_FALSE(may_retry({fault, {}, 0, {}})) << name_of(fault);
}

TEST(ReconnectTest, TheServersWordCounts) {
    EXPECT_FALSE(is_interruption({Fault::kNone, EndReason::kAdminEnded, 0, {}}));
    EXPECT_TRUE(is_interruption({Fault::kNone, EndReason::kServerStopping, 120, {}}));
    EXPECT_TRUE(may_retry({Fault::kNone, EndReason::kServerStopping, 0, {}}));
    EXPECT_FALSE(may_retry({Fault::kNone, EndReason::kSessionGone, 0, {}}));
}

}  // namespace
}  // namespace sudare::client

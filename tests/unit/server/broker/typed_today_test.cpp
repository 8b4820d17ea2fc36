// SPDX-License-Identifier: Apache-2.0
#include "server/broker/typed_today.h"

#include <gtest/gtest.h>

namespace sudare::broker {
namespace {

TEST(TypedToday, AFileThatIsTypedSlowlyAddsUpForItsPersonOnly) {
    TypedToday typed;
    for (int minute = 0; minute < 400; ++minute) {
        EXPECT_FALSE(typed.add("sakura", 100, 7));
        EXPECT_FALSE(typed.add("suzuki", 99, 7));
    }
    EXPECT_EQ(typed.add("sakura", 1, 7), TypedToday::kAlarm + 1);
    EXPECT_FALSE(typed.add("sakura", 1, 7)) << "once a day";
    EXPECT_FALSE(typed.add("suzuki", 1, 7));
}

TEST(TypedToday, ADayBeginsAtZero) {
    TypedToday typed;
    EXPECT_TRUE(typed.add("sakura", TypedToday::kAlarm + 1, 364));
    EXPECT_FALSE(typed.add("sakura", TypedToday::kAlarm, 0));
    EXPECT_TRUE(typed.add("sakura", 1, 0));
}

}  // namespace
}  // namespace sudare::broker

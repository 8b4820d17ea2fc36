// SPDX-License-Identifier: Apache-2.0
#include "server/link/input_watch.h"

#include <gtest/gtest.h>

namespace sudare::link {
namespace {

using namespace std::chrono_literals;
using ipc::InputAlarmKind;

class InputWatchTest : public testing::Test {
   protected:
    // Types `per_second` for `span`; the kinds that alarmed.
    std::vector<InputAlarmKind> type(int per_second, std::chrono::seconds span) {
        std::vector<InputAlarmKind> kinds;
        for (int i = 0; i < per_second * span.count(); ++i, now_ += 1000ms / per_second)
            if (const auto alarm = watch_.typed(1, now_))
                kinds.push_back(alarm->kind);
        return kinds;
    }

    TokenBucket::TimePoint now_ = TokenBucket::TimePoint{} + 1h;
    InputWatch watch_;
};

TEST_F(InputWatchTest, AFastTypistIsNoAlarm) {
    EXPECT_TRUE(type(10, 600s).empty());
    for (int sentence = 0; sentence < 100; ++sentence, now_ += 5s)
        EXPECT_FALSE(watch_.typed(50, now_)) << "a sentence of an input method";
}

TEST_F(InputWatchTest, AProgramThatTypesIsOne) {
    EXPECT_EQ(type(13, 61s), std::vector{InputAlarmKind::kTypedFast});
    EXPECT_TRUE(type(13, 300s).empty()) << "said once";
    EXPECT_EQ(type(13, 320s), std::vector{InputAlarmKind::kTypedFast}) << "and again later";
}

TEST_F(InputWatchTest, APasteIsOneWhereverTheSecondsBegin) {
    now_ += 990ms;
    EXPECT_FALSE(watch_.typed(60, now_));
    now_ += 20ms;
    const auto alarm = watch_.typed(60, now_);
    ASSERT_TRUE(alarm);
    EXPECT_EQ(alarm->kind, InputAlarmKind::kPasted);
    EXPECT_EQ(alarm->number, 120U);
}

TEST_F(InputWatchTest, OldSecondsAreForgotten) {
    EXPECT_FALSE(watch_.typed(119, now_));
    now_ += 60s;  // the same place in the ring
    EXPECT_FALSE(watch_.typed(119, now_));
    now_ += 1h;
    EXPECT_FALSE(watch_.typed(119, now_));
}

TEST_F(InputWatchTest, APointerThatWritesIsOneAndOneThatClicksIsNot) {
    std::vector<InputAlarmKind> kinds;
    const auto draw = [&](bool clicks) {
        kinds.clear();
        for (int i = 0; i < 30 * 300; ++i, now_ += 33ms) {
            if (const auto alarm = watch_.moved(now_))
                kinds.push_back(alarm->kind);
            if (clicks && i % 3000 == 0)
                watch_.acted();
        }
        return kinds;
    };
    EXPECT_TRUE(draw(true).empty()) << "control";
    now_ += 10min;
    EXPECT_EQ(draw(false), std::vector{InputAlarmKind::kPointer});
}

}  // namespace
}  // namespace sudare::link

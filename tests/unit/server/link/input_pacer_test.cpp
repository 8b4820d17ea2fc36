// SPDX-License-Identifier: Apache-2.0
#include "server/link/input_pacer.h"

#include <gtest/gtest.h>

namespace sudare::link {
namespace {

using namespace std::chrono_literals;
using TimePoint = TokenBucket::TimePoint;
using ipc::InputProfile;

const wire::UpMessage kMove = wire::PointerMove{2, 2};
const wire::UpMessage kPress = wire::PointerButton{wire::Button::kLeft, true};
const wire::UpMessage kKey = wire::Key{30, true};
const wire::UpMessage kText = wire::Text{"a"};

class InputPacerTest : public testing::Test {
   protected:
    explicit InputPacerTest(InputProfile profile = InputProfile::kStrict) {
        pacer_.set_profile(input::profile_of(profile), now_);
    }
    std::vector<std::size_t> kinds_at(TimePoint time) {
        std::vector<std::size_t> kinds;
        for (const auto& message : pacer_.take_due(time))
            kinds.push_back(message.index());
        return kinds;
    }
    static std::vector<std::size_t> kinds(std::initializer_list<wire::UpMessage> messages) {
        std::vector<std::size_t> out;
        for (const auto& message : messages)
            out.push_back(message.index());
        return out;
    }

    const TimePoint slot_ = TimePoint{} + 1h;  // a multiple of 20 ms
    TimePoint now_ = slot_ + 7ms;
    InputPacer pacer_;
};

struct NormalPacerTest : InputPacerTest {
    NormalPacerTest() : InputPacerTest(InputProfile::kNormal) {}
};

TEST_F(InputPacerTest, WhenItCameWithinASlotLeavesNoTrace) {
    for (const auto offset : {0ms, 1ms, 19ms}) {
        InputPacer pacer;
        pacer.set_profile(input::profile_of(InputProfile::kStrict), slot_);
        pacer.push(kKey, slot_ + offset);
        EXPECT_TRUE(pacer.take_due(slot_ + 19ms).empty());
        EXPECT_EQ(pacer.next_due(), slot_ + 20ms);
        EXPECT_EQ(pacer.take_due(slot_ + 20ms).size(), 1U);
        EXPECT_FALSE(pacer.next_due());
    }
}

TEST_F(InputPacerTest, OneOfAKindInOneOrder) {
    for (const auto& message : {kMove, kPress, kKey, kText})
        pacer_.push(message, now_);
    EXPECT_EQ(kinds_at(slot_ + 20ms), kinds({kMove, kPress, kKey, kText}));
    for (const auto& message : {kText, kKey, kKey, kPress})
        pacer_.push(message, slot_ + 21ms);
    EXPECT_EQ(kinds_at(slot_ + 40ms), kinds({kText}));
    EXPECT_EQ(kinds_at(slot_ + 60ms), kinds({kKey}));
    EXPECT_EQ(kinds_at(slot_ + 80ms), kinds({kKey}));
    EXPECT_EQ(kinds_at(slot_ + 99ms), kinds({})) << "not before its slot";
    EXPECT_EQ(kinds_at(slot_ + 100ms), kinds({kPress}));
}

TEST_F(InputPacerTest, OfMovesInARowTheLastOneCounts) {
    pacer_.push(wire::PointerMove{2, 2}, now_);
    pacer_.push(wire::PointerMove{4, 4}, now_);
    pacer_.push(kPress, now_);
    pacer_.push(wire::PointerMove{6, 6}, now_);
    const auto first = pacer_.take_due(slot_ + 20ms);
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(std::get<wire::PointerMove>(first[0]).x, 4);
    EXPECT_EQ(kinds_at(slot_ + 40ms), kinds({kMove})) << "where the button is dragged to";
}

TEST_F(InputPacerTest, AcknowledgementsShareTheSlot) {
    pacer_.push(wire::Ack{1, 0, 0}, now_);
    pacer_.push(wire::Ack{2, 0, 0}, now_);
    pacer_.push(kKey, now_);
    const auto sent = pacer_.take_due(slot_ + 20ms);
    ASSERT_EQ(sent.size(), 2U);
    EXPECT_EQ(std::get<wire::Ack>(sent[1]).sequence, 2U);
    pacer_.push(wire::Ack{3, 0, 0}, slot_ + 21ms);
    EXPECT_EQ(pacer_.next_due(), slot_ + 40ms);
}

TEST_F(InputPacerTest, SaysWhenNoMoreFits) {
    for (std::size_t i = 0; i < InputPacer::kWaitingMax; ++i) {
        EXPECT_FALSE(pacer_.full());
        pacer_.push(kKey, now_);
    }
    EXPECT_TRUE(pacer_.full());
    pacer_.clear();
    EXPECT_FALSE(pacer_.full());
    EXPECT_FALSE(pacer_.next_due());
}

TEST_F(InputPacerTest, AnotherProfileKeepsNothingBack) {
    pacer_.push(kText, now_);
    pacer_.push(kKey, now_);
    pacer_.set_profile(input::profile_of(InputProfile::kNormal), now_);
    EXPECT_EQ(kinds_at(now_), kinds({kText, kKey}));
}

TEST_F(NormalPacerTest, PassesAtOnceAndInOrder) {
    for (const auto& message : {kText, kKey, kPress, kKey})
        pacer_.push(message, now_);
    EXPECT_EQ(kinds_at(now_), kinds({kText, kKey, kPress, kKey}));
}

TEST_F(NormalPacerTest, AcknowledgementsKeepADistanceAndTheNewestArrives) {
    pacer_.push(wire::Ack{1, 0, 0}, now_);
    EXPECT_EQ(pacer_.take_due(now_).size(), 1U) << "the first at once";
    pacer_.push(wire::Ack{2, 0, 0}, now_ + 1ms);
    pacer_.push(wire::Ack{3, 0, 0}, now_ + 2ms);
    EXPECT_TRUE(pacer_.take_due(now_ + 2ms).empty());
    ASSERT_EQ(pacer_.next_due(), now_ + 4ms);
    const auto sent = pacer_.take_due(now_ + 4ms);
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(std::get<wire::Ack>(sent[0]).sequence, 3U);
}

}  // namespace
}  // namespace sudare::link

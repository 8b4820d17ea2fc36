// SPDX-License-Identifier: Apache-2.0
#include "server/session/input/input_filter.h"

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

#include "protocol/core/limits.h"

namespace sudare::input {
namespace {

using namespace std::chrono_literals;
using ipc::BlockedCombination;

class InputFilterTest : public testing::Test {
   protected:
    bool key(std::uint16_t code, bool down) { return filter_.admit(wire::Key{code, down}); }
    bool tap(std::uint16_t code) {
        const bool passed = key(code, true);
        EXPECT_EQ(key(code, false), passed) << "a release follows its press";
        return passed;
    }
    bool chord(std::initializer_list<std::uint16_t> modifiers, std::uint16_t code) {
        for (const std::uint16_t modifier : modifiers)
            EXPECT_TRUE(key(modifier, true));
        const bool passed = tap(code);
        for (const std::uint16_t modifier : modifiers)
            EXPECT_TRUE(key(modifier, false));
        return passed;
    }
    void block(BlockedCombination combination) {
        policy_.blocked_combinations |= 1U << static_cast<unsigned>(combination);
        filter_.set_policy(policy_);
    }

    TimePoint now_ = TimePoint{} + 1h;
    ipc::InputPolicy policy_;
    InputFilter filter_{policy_, *Size::make(1280, 720), [this] { return now_; }};
};

TEST_F(InputFilterTest, PassesOrdinaryInput) {
    EXPECT_TRUE(tap(KEY_A));
    EXPECT_TRUE(filter_.admit(wire::PointerMove{1279, 719}));
    EXPECT_TRUE(filter_.admit(wire::PointerButton{wire::Button::kLeft, true}));
    EXPECT_TRUE(filter_.admit(wire::PointerButton{wire::Button::kLeft, false}));
    EXPECT_TRUE(filter_.admit(wire::Wheel{0, -120}));
    EXPECT_TRUE(filter_.admit(wire::Text{"日本語"}));
    EXPECT_EQ(filter_.counters().passed, 7U);
}

TEST_F(InputFilterTest, KeysOutsideTheTableAreDropped) {
    EXPECT_FALSE(key(KEY_POWER, true));
    EXPECT_FALSE(key(KEY_SYSRQ, true));
    EXPECT_FALSE(key(0, true));
    EXPECT_FALSE(key(0xFFFF, true));
    EXPECT_EQ(filter_.counters().of(Drop::kUnknownKey), 4U);
}

TEST_F(InputFilterTest, BlockedCombinationsAreDroppedAndNothingElse) {
    EXPECT_TRUE(chord({KEY_LEFTCTRL}, KEY_P)) << "control: not blocked yet";
    block(BlockedCombination::kPrint);
    EXPECT_FALSE(chord({KEY_LEFTCTRL}, KEY_P));
    EXPECT_FALSE(chord({KEY_RIGHTCTRL, KEY_LEFTSHIFT}, KEY_P));
    EXPECT_TRUE(tap(KEY_P));
    EXPECT_TRUE(chord({KEY_LEFTCTRL}, KEY_S));
    block(BlockedCombination::kDevTools);
    EXPECT_FALSE(tap(KEY_F12));
    EXPECT_FALSE(chord({KEY_LEFTCTRL, KEY_RIGHTSHIFT}, KEY_I));
    EXPECT_TRUE(chord({KEY_LEFTCTRL}, KEY_C)) << "copying is not dev tools";
}

TEST_F(InputFilterTest, HoldingTheKeyFirstIsNoWayAroundABlock) {
    block(BlockedCombination::kPrint);
    EXPECT_TRUE(key(KEY_P, true));
    EXPECT_FALSE(key(KEY_LEFTCTRL, true)) << "the browser would repeat P with Ctrl held";
    EXPECT_FALSE(key(KEY_LEFTCTRL, false));
    EXPECT_TRUE(key(KEY_P, false));
}

TEST_F(InputFilterTest, WhatIsPressedMayBeReleasedAfterThePolicyChanged) {
    EXPECT_TRUE(key(KEY_A, true));
    EXPECT_TRUE(filter_.admit(wire::PointerButton{wire::Button::kLeft, true}));
    policy_.keyboard = policy_.pointer = policy_.text = false;
    filter_.set_policy(policy_);
    EXPECT_TRUE(key(KEY_A, false));
    EXPECT_TRUE(filter_.admit(wire::PointerButton{wire::Button::kLeft, false}));
    EXPECT_FALSE(tap(KEY_A));
    EXPECT_FALSE(filter_.admit(wire::PointerMove{1, 1}));
    EXPECT_FALSE(filter_.admit(wire::Text{"a"}));
    EXPECT_GE(filter_.counters().of(Drop::kPolicy), 3U);
}

TEST_F(InputFilterTest, ReleaseAllPassesOnlyWhenItReleasesSomething) {
    EXPECT_FALSE(filter_.admit(wire::ReleaseAll{}));
    EXPECT_TRUE(filter_.admit(wire::Key{KEY_A, true}));
    EXPECT_TRUE(filter_.admit(wire::ReleaseAll{}));
    EXPECT_FALSE(filter_.admit(wire::ReleaseAll{}));
    EXPECT_TRUE(filter_.admit(wire::PointerButton{wire::Button::kLeft, true}));
    EXPECT_TRUE(filter_.admit(wire::ReleaseAll{}));
}

// Otherwise it would be a channel of its own.
TEST_F(InputFilterTest, HeldPassesOnlyWhileSomethingIsHeldAndNotOften) {
    EXPECT_FALSE(filter_.admit(wire::Held{}));
    EXPECT_TRUE(filter_.admit(wire::Key{KEY_A, true}));
    EXPECT_TRUE(filter_.admit(wire::Key{KEY_LEFTSHIFT, true}));
    EXPECT_TRUE(filter_.repeats());
    unsigned passed = 0;
    for (int i = 0; i < 1000; ++i)
        passed += filter_.admit(wire::Held{}) ? 1 : 0;
    EXPECT_EQ(passed, limits::kHeldBurst);
    now_ += 1s;
    EXPECT_TRUE(filter_.admit(wire::Held{}));
    EXPECT_EQ(filter_.let_go(), std::vector<std::uint16_t>{KEY_A});
    EXPECT_FALSE(filter_.repeats()) << "Shift does nothing by itself";
    EXPECT_TRUE(filter_.let_go().empty());
    EXPECT_FALSE(key(KEY_A, false)) << "released already";
    EXPECT_TRUE(tap(KEY_A));
    EXPECT_TRUE(key(KEY_LEFTSHIFT, false));
    EXPECT_FALSE(filter_.admit(wire::Held{}));
    EXPECT_TRUE(filter_.admit(wire::PointerButton{wire::Button::kLeft, true}));
    EXPECT_TRUE(filter_.admit(wire::Held{}));
}

TEST_F(InputFilterTest, ReleaseAllPassesOnceBehindALockThatIsNoLongerHeld) {
    EXPECT_TRUE(tap(KEY_CAPSLOCK));
    EXPECT_TRUE(filter_.admit(wire::ReleaseAll{}));
    EXPECT_FALSE(filter_.admit(wire::ReleaseAll{}));
    EXPECT_TRUE(tap(KEY_A));  // control: what is up again is nothing to undo
    EXPECT_FALSE(filter_.admit(wire::ReleaseAll{}));
}

TEST_F(InputFilterTest, ViewOnlyTakesNothing) {
    policy_.characters_per_minute = 0;
    filter_.set_policy(policy_);
    EXPECT_FALSE(tap(KEY_A));
    EXPECT_FALSE(filter_.admit(wire::PointerMove{1, 1}));
    EXPECT_FALSE(filter_.admit(wire::PointerButton{wire::Button::kLeft, true}));
    EXPECT_FALSE(filter_.admit(wire::Wheel{0, 120}));
    EXPECT_FALSE(filter_.admit(wire::Text{"a"}));
    EXPECT_FALSE(filter_.admit(wire::ReleaseAll{}));
}

TEST_F(InputFilterTest, CharactersPerMinuteCountKeysAndTextTogether) {
    policy_.characters_per_minute = 60;
    filter_.set_policy(policy_);  // a burst of 32
    EXPECT_TRUE(filter_.admit(wire::Text{std::string(30, 'a')}));
    EXPECT_TRUE(tap(KEY_A));
    EXPECT_TRUE(tap(KEY_A));
    EXPECT_FALSE(tap(KEY_A));
    EXPECT_TRUE(tap(KEY_LEFTSHIFT)) << "a modifier types nothing";
    filter_.set_policy(policy_);
    EXPECT_FALSE(tap(KEY_A)) << "the same policy again refills nothing";
    now_ += 1s;
    EXPECT_TRUE(tap(KEY_A));
    EXPECT_FALSE(tap(KEY_A));
}

TEST_F(InputFilterTest, FloodsAreCutToTheRates) {
    std::uint32_t moves = 0;
    for (std::uint32_t i = 0; i < 4 * limits::kMovesBurst; ++i)
        moves += filter_.admit(wire::PointerMove{1, 1}) ? 1 : 0;
    EXPECT_EQ(moves, limits::kMovesBurst);
    EXPECT_EQ(filter_.counters().of(Drop::kRate), 3 * limits::kMovesBurst);
}

TEST_F(InputFilterTest, StrictTakesOnlyWhatIsCoarse) {
    EXPECT_TRUE(filter_.admit(wire::PointerMove{101, 7})) << "control: normal";
    EXPECT_TRUE(filter_.admit(wire::Wheel{15, 240})) << "control: normal";
    policy_.profile = ipc::InputProfile::kStrict;
    filter_.set_policy(policy_);
    EXPECT_FALSE(filter_.admit(wire::PointerMove{101, 6}));
    EXPECT_FALSE(filter_.admit(wire::PointerMove{100, 7}));
    EXPECT_TRUE(filter_.admit(wire::PointerMove{100, 6}));
    for (const wire::Wheel wheel : {wire::Wheel{0, 240}, wire::Wheel{0, 60}, wire::Wheel{120, 120},
                                    wire::Wheel{0, 0}})
        EXPECT_FALSE(filter_.admit(wheel));
    EXPECT_TRUE(filter_.admit(wire::Wheel{0, -120}));
    EXPECT_TRUE(filter_.admit(wire::Wheel{120, 0}));
}

// What goes through in a long time is what the profile publishes, whatever is tried.
TEST_F(InputFilterTest, StrictRatesHold) {
    policy_.profile = ipc::InputProfile::kStrict;
    policy_.characters_per_minute = 60000;
    filter_.set_policy(policy_);
    constexpr int kSeconds = 600;
    std::uint32_t keys = 0, moves = 0, buttons = 0, wheel = 0, points = 0, sizes = 0;
    for (int i = 0; i < kSeconds * 200; ++i, now_ += 5ms) {
        keys += key(KEY_A, true) ? 1 : 0;
        keys += key(KEY_A, false) ? 1 : 0;
        moves += filter_.admit(wire::PointerMove{2, 2}) ? 1 : 0;
        buttons += filter_.admit(wire::PointerButton{wire::Button::kLeft, true}) ? 1 : 0;
        buttons += filter_.admit(wire::PointerButton{wire::Button::kLeft, false}) ? 1 : 0;
        wheel += filter_.admit(wire::Wheel{0, 120}) ? 1 : 0;
        points += filter_.admit(wire::Text{"\xE6\x97\xA5\xE6\x9C\xAC"}) ? 2 : 0;
        sizes += filter_.admit(wire::Resize{}) ? 1 : 0;
    }
    const Profile& strict = profile_of(ipc::InputProfile::kStrict);
    const auto most = [](const Rate& rate) {
        return static_cast<std::uint32_t>(rate.per_second() * kSeconds) + rate.burst;
    };
    const auto near = [](std::uint32_t passed, std::uint32_t bound) {
        return passed <= bound && passed + 2 >= bound;
    };
    EXPECT_TRUE(near(keys, most(strict.keys))) << keys << " releases count too";
    EXPECT_TRUE(near(moves, most(strict.moves))) << moves;
    EXPECT_TRUE(near(buttons, most(strict.buttons))) << buttons;
    EXPECT_TRUE(near(wheel, most(strict.wheel))) << wheel;
    EXPECT_LE(points, most(strict.code_points));
    EXPECT_GE(points, 2 * strict.texts.per_second() * kSeconds) << "ten messages a second";
    EXPECT_TRUE(near(sizes, most(strict.resizes))) << sizes;
}

TEST_F(InputFilterTest, PositionsBeyondThePictureAreDropped) {
    EXPECT_FALSE(filter_.admit(wire::PointerMove{1280, 0}));
    EXPECT_FALSE(filter_.admit(wire::PointerMove{0, 720}));
    filter_.set_canvas(*Size::make(1920, 1080));
    EXPECT_TRUE(filter_.admit(wire::PointerMove{1280, 0}));
    EXPECT_FALSE(filter_.admit(wire::Wheel{0, limits::kWheelStepMax + 1}));
    EXPECT_FALSE(filter_.admit(wire::Wheel{-32768, 0}));
    EXPECT_TRUE(filter_.admit(wire::Wheel{0, -limits::kWheelStepMax}));
}

TEST_F(InputFilterTest, TextThatBreaksTheRulesIsDropped) {
    EXPECT_FALSE(filter_.admit(wire::Text{""}));
    EXPECT_FALSE(filter_.admit(wire::Text{"a\nb"}));
    EXPECT_FALSE(filter_.admit(wire::Text{"\xE2\x80\xAE"})) << "bidi override";
    EXPECT_FALSE(filter_.admit(wire::Text{"\xFF"}));
    EXPECT_EQ(filter_.counters().of(Drop::kBadText), 4U);
}

TEST_F(InputFilterTest, MoreKeysThanFingersAreDropped) {
    std::size_t held = 0;
    for (std::uint16_t code = KEY_1; code < KEY_1 + 60; ++code)
        held += key(code, true) ? 1 : 0;
    EXPECT_EQ(held, 32U);
    EXPECT_TRUE(filter_.admit(wire::ReleaseAll{}));
    EXPECT_FALSE(key(KEY_1, false)) << "released already";
    EXPECT_TRUE(tap(KEY_1));
}

}  // namespace
}  // namespace sudare::input

// SPDX-License-Identifier: Apache-2.0
#include "server/session/input/profile.h"

#include <gtest/gtest.h>

#include <cmath>

#include "protocol/core/limits.h"

namespace sudare::input {
namespace {

using ipc::InputProfile;
constexpr std::uint16_t kFast = 60000;  // characters a minute: no bound of its own

double total(InputProfile name, std::string_view without = "") {
    double sum = 0;
    for (const BudgetRow& row : budget(name, *Size::make(1920, 1080), kFast))
        sum += row.kind == without ? 0 : row.bits();
    return sum;
}

BudgetRow row_of(InputProfile name, std::string_view kind) {
    for (const BudgetRow& row : budget(name, *Size::make(1920, 1080), kFast))
        if (row.kind == kind)
            return row;
    ADD_FAILURE() << kind;
    return {};
}

TEST(Profile, StrictPublishesWhatTheReferenceSays) {
    const BudgetRow moves = row_of(InputProfile::kStrict, "pointer");
    EXPECT_DOUBLE_EQ(moves.per_second, 30);
    EXPECT_NEAR(moves.bits_each, std::log2(960.0 * 540), 1e-9);
    // 30 of 50 slots: at most one bit a slot, reached at one half.
    EXPECT_NEAR(moves.timing_bits, 50, 1e-9);
    const BudgetRow keys = row_of(InputProfile::kStrict, "key");
    EXPECT_DOUBLE_EQ(keys.per_second, 30) << "presses and releases";
    EXPECT_LT(keys.bits_each, 8);
    const BudgetRow wheel = row_of(InputProfile::kStrict, "wheel");
    EXPECT_DOUBLE_EQ(wheel.bits_each, 2);
    // H(20/50) in each of 50 slots.
    EXPECT_NEAR(wheel.timing_bits, 50 * (-0.4 * std::log2(0.4) - 0.6 * std::log2(0.6)), 1e-9);
    EXPECT_NEAR(row_of(InputProfile::kStrict, "text").bits(), 40 * 21 + 50 * 0.7219280948873623, 1e-6);
}

TEST(Profile, CharactersPerMinuteBoundText) {
    for (const BudgetRow& row : budget(InputProfile::kNormal, *Size::make(1920, 1080), 1200))
        if (row.kind == "text") {
            EXPECT_DOUBLE_EQ(row.per_second, 20);
        }
}

TEST(Profile, StrictIsAFractionOfNormal) {
    EXPECT_LT(total(InputProfile::kStrict, "text"), 2000);
    EXPECT_GT(total(InputProfile::kNormal, "text"), 4 * total(InputProfile::kStrict, "text"));
}

TEST(Profile, CoarseningIsItsOwnFixedPoint) {
    const Profile& strict = profile_of(InputProfile::kStrict);
    for (std::uint16_t x = 0; x < 8; ++x) {
        wire::UpMessage move = wire::PointerMove{x, static_cast<std::uint16_t>(x + 1)};
        coarsen(move, strict);
        EXPECT_TRUE(is_coarse(std::get<wire::PointerMove>(move), strict));
        EXPECT_LE(std::get<wire::PointerMove>(move).x, x);
    }
    for (const wire::Wheel step : {wire::Wheel{0, 7}, wire::Wheel{-300, 299}, wire::Wheel{1, -2400}}) {
        wire::UpMessage wheel = step;
        coarsen(wheel, strict);
        EXPECT_TRUE(is_coarse(std::get<wire::Wheel>(wheel), strict));
    }
    const wire::Wheel free{3, -77};
    wire::UpMessage wheel = free;
    coarsen(wheel, profile_of(InputProfile::kNormal));
    EXPECT_EQ(std::get<wire::Wheel>(wheel).dy_120, -77) << "control";
}

}  // namespace
}  // namespace sudare::input

// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/popup_placement.h"

#include <gtest/gtest.h>

namespace sudare::compositor {
namespace {

constexpr Box kScreen{0, 0, 1000, 600};
constexpr std::uint32_t kAll = 63;

// A menu 200 x 300 that hangs below its button.
PopupRules menu_below(const Box& button, std::uint32_t adjustment) {
    PopupRules rules;
    rules.width = 200;
    rules.height = 300;
    rules.anchor_rect = button;
    rules.anchor = {-1, 1};   // bottom left
    rules.gravity = {1, 1};   // to the bottom right
    rules.adjustment = adjustment;
    return rules;
}

TEST(PopupPlacementTest, LiesWhereItWasAskedWhenThereIsRoom) {
    EXPECT_EQ(place_popup(menu_below({100, 100, 80, 20}, kAll), kScreen),
              (Box{100, 120, 200, 300}));
}

TEST(PopupPlacementTest, FlipsAboveAtTheLowerEdge) {
    EXPECT_EQ(place_popup(menu_below({100, 500, 80, 20}, kFlipY), kScreen),
              (Box{100, 200, 200, 300}));
}

TEST(PopupPlacementTest, FlipsOnlyIfItFitsThenAndSlidesElse) {
    // 250 pixels above the button are too few as well.
    EXPECT_EQ(place_popup(menu_below({100, 250, 80, 100}, kFlipY | kSlideY), kScreen),
              (Box{100, 300, 200, 300}));
}

TEST(PopupPlacementTest, SlidesLeftAtTheRightEdge) {
    EXPECT_EQ(place_popup(menu_below({950, 100, 40, 20}, kSlideX), kScreen),
              (Box{800, 120, 200, 300}));
}

TEST(PopupPlacementTest, FlipsTheOffsetToo) {
    PopupRules rules = menu_below({100, 500, 80, 20}, kFlipY);
    rules.offset = {0, 7};
    EXPECT_EQ(place_popup(rules, kScreen).y, 193);
}

TEST(PopupPlacementTest, ShrinksAsALastResort) {
    PopupRules rules = menu_below({100, 500, 80, 20}, kResizeY);
    EXPECT_EQ(place_popup(rules, kScreen), (Box{100, 520, 200, 80}));
    rules.height = 5000;
    rules.adjustment = kAll;
    const Box placed = place_popup(rules, kScreen);
    EXPECT_EQ(placed.y, 0);
    EXPECT_EQ(placed.height, 600);
}

TEST(PopupPlacementTest, StaysOutsideWhenNothingIsPermitted) {
    EXPECT_EQ(place_popup(menu_below({950, 550, 40, 20}, 0), kScreen), (Box{950, 570, 200, 300}));
}

TEST(PopupPlacementTest, TheScreenMayBeginAtNegativeCoordinates) {
    // A submenu: its parent menu lies at (900, 50), so the screen begins at (-900, -50).
    PopupRules rules;
    rules.width = 150;
    rules.height = 100;
    rules.anchor_rect = Box{0, 40, 90, 20};
    rules.anchor = {1, -1};
    rules.gravity = {1, 1};
    rules.adjustment = kFlipX;
    EXPECT_EQ(place_popup(rules, kScreen.moved({-900, -50})), (Box{-150, 40, 150, 100}));
}

TEST(PopupPlacementTest, ExtremeValuesDoNotOverflow) {
    PopupRules rules = menu_below(Box::clamped(INT32_MAX, INT32_MIN, INT32_MAX, INT32_MAX), kAll);
    rules.width = rules.height = kCoordinateMax;
    rules.offset = {-kCoordinateMax, kCoordinateMax};
    const Box placed = place_popup(rules, kScreen);
    EXPECT_GT(placed.width, 0);
    EXPECT_GT(placed.height, 0);
}

TEST(PopupPlacementTest, KnowsTheNumbersOfTheProtocolAndNoOthers) {
    EXPECT_EQ(direction_from(0), (Direction{0, 0}));
    EXPECT_EQ(direction_from(1), (Direction{0, -1}));
    EXPECT_EQ(direction_from(3), (Direction{-1, 0}));
    EXPECT_EQ(direction_from(8), (Direction{1, 1}));
    EXPECT_FALSE(direction_from(9));
    EXPECT_FALSE(direction_from(0xFFFFFFFF));
}

}  // namespace
}  // namespace sudare::compositor

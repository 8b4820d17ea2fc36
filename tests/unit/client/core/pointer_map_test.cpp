// SPDX-License-Identifier: Apache-2.0
#include "client/core/pointer_map.h"

#include <gtest/gtest.h>

#include "protocol/core/limits.h"

namespace sudare::client {
namespace {

constexpr qreal kRatios[] = {1.0, 1.25, 1.5, 1.75, 2.0, 3.0};

TEST(PointerMap, EveryDevicePixelIsReachedFromItsOwnCentre) {
    const QSize canvas(640, 480);
    for (const qreal ratio : kRatios)
        for (int x = 0; x < canvas.width(); ++x) {
            const auto at = to_canvas({(x + 0.5) / ratio, 0.0}, {}, ratio, canvas);
            ASSERT_EQ(at.x, x) << "ratio " << ratio;
        }
}

// What Qt says of a pointer on a whole device pixel of the window, with a banner and a border before the picture.
TEST(PointerMap, WholeDevicePixelsSurviveTheirDivision) {
    const QSize canvas(640, 480);
    for (const qreal ratio : kRatios) {
        const QPoint origin = picture_origin({3, 43}, ratio);
        for (int x = 0; x < canvas.width(); ++x) {
            const auto at = to_canvas({(x + origin.x()) / ratio, (7 + origin.y()) / ratio}, origin, ratio, canvas);
            ASSERT_EQ(at.x, x) << "ratio " << ratio;
            ASSERT_EQ(at.y, 7) << "ratio " << ratio;
        }
    }
}

TEST(PointerMap, PositionsOutsideAreClamped) {
    const auto before = to_canvas({-5.0, -0.1}, {}, 1.5, {640, 480});
    EXPECT_EQ(before.x, 0);
    EXPECT_EQ(before.y, 0);
    const auto behind = to_canvas({1e6, 480.0}, {}, 1.0, {640, 480});
    EXPECT_EQ(behind.x, 639);
    EXPECT_EQ(behind.y, 479);
    EXPECT_EQ(to_canvas({3, 3}, {}, 1.0, {0, 0}).x, 0);
}

TEST(PointerMap, LogicalRectanglesCoverTheirDevicePixels) {
    for (const qreal ratio : kRatios)
        for (int x = 0; x < 50; ++x) {
            const QRect logical = to_logical({x, x, 3, 7}, ratio);
            EXPECT_LE(logical.left() * ratio, x);
            EXPECT_GE((logical.left() + logical.width()) * ratio, x + 3);
            EXPECT_GE((logical.top() + logical.height()) * ratio, x + 7);
            EXPECT_LE(logical.width() * ratio, 3 + 2 * ratio);
        }
}

TEST(PointerMap, DisplayIsInDevicePixelsAndWithinTheLimits) {
    const Display half = display_for({1280, 720}, 1.5);
    EXPECT_EQ(half.size.width(), 1920);
    EXPECT_EQ(half.size.height(), 1080);
    EXPECT_EQ(half.scale_120, 180);
    const Display tiny = display_for({10, 10}, 1.0);
    EXPECT_EQ(tiny.size.width(), limits::kWidthMin);
    EXPECT_EQ(tiny.size.height(), limits::kHeightMin);
    const Display huge = display_for({8000, 8000}, 4.0, 300);
    EXPECT_EQ(huge.size.width(), limits::kWidthMax);
    EXPECT_EQ(huge.size.height(), limits::kHeightMax);
    EXPECT_EQ(huge.scale_120, limits::kScaleMax);
    // 1067 * 1.2 is 1280.4 and 853.33.. * 1.5 must not lose a pixel to rounding.
    EXPECT_EQ(display_for({1280, 853}, 1.25).size.width(), 1600);
}

TEST(PointerMap, WheelTurnsTheOtherWayRound) {
    const auto down = wheel_step({0, -120});
    ASSERT_TRUE(down);
    EXPECT_EQ(down->dy_120, 120);
    EXPECT_EQ(down->dx_120, 0);
    EXPECT_EQ(wheel_step({15, 0})->dx_120, -15);
    EXPECT_EQ(wheel_step({0, 1000000})->dy_120, -limits::kWheelStepMax);
    EXPECT_FALSE(wheel_step({0, 0}));
}

TEST(PointerMap, FiveButtonsAndNoMore) {
    EXPECT_EQ(button_of(Qt::LeftButton), wire::Button::kLeft);
    EXPECT_EQ(button_of(Qt::ForwardButton), wire::Button::kForward);
    EXPECT_FALSE(button_of(Qt::TaskButton));
}

}  // namespace
}  // namespace sudare::client

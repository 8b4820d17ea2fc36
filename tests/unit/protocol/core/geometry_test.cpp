// SPDX-License-Identifier: Apache-2.0
#include "protocol/core/geometry.h"

#include <gtest/gtest.h>

#include <random>

namespace sudare {
namespace {

TEST(SizeTest, OnlyTheNegotiableSizesExist) {
    EXPECT_TRUE(Size::make(320, 240));
    EXPECT_TRUE(Size::make(3840, 2160));
    for (const auto& [w, h] : {std::pair(319U, 240U), {320U, 239U}, {3841U, 2160U}, {3840U, 2161U},
                               {0U, 0U}, {65535U, 65535U}, {0xffffffffU, 0xffffffffU}})
        EXPECT_FALSE(Size::make(w, h)) << w << 'x' << h;
}

TEST(RectTest, AgreesWithWideArithmeticEverywhere) {
    const Size canvas = *Size::make(1920, 1080);
    std::mt19937 random(1);
    const std::uint32_t edges[] = {0, 1, 2, 1079, 1080, 1081, 1919, 1920, 1921, 32767, 32768, 65535};
    for (int i = 0; i < 200'000; ++i) {
        const auto pick = [&] {
            return random() % 2 ? edges[random() % std::size(edges)] : random() % 65536;
        };
        const std::uint64_t x = pick(), y = pick(), w = pick(), h = pick();
        const bool fits = w > 0 && h > 0 && x + w <= 1920 && y + h <= 1080;
        EXPECT_EQ(Rect::make(static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y),
                             static_cast<std::uint32_t>(w), static_cast<std::uint32_t>(h), canvas)
                      .has_value(),
                  fits);
    }
}

TEST(RectTest, ClipKeepsThePartOnTheCanvas) {
    const Size canvas = *Size::make(640, 480);
    const auto part = Rect::clip(-10, -20, 30, 40, canvas);
    ASSERT_TRUE(part);
    EXPECT_EQ(*part, *Rect::make(0, 0, 20, 20, canvas));
    EXPECT_FALSE(Rect::clip(640, 0, 10, 10, canvas));
    EXPECT_FALSE(Rect::clip(0, 0, -5, 10, canvas));
    EXPECT_EQ(*Rect::clip(-1'000'000, -1'000'000, 3'000'000, 3'000'000, canvas), Rect::whole(canvas));
}

TEST(RectTest, UnionAndIntersection) {
    const Size canvas = *Size::make(640, 480);
    const Rect a = *Rect::make(0, 0, 10, 10, canvas);
    const Rect b = *Rect::make(5, 5, 10, 10, canvas);
    EXPECT_EQ(a.united(b), *Rect::make(0, 0, 15, 15, canvas));
    EXPECT_EQ(*a.intersected(b), *Rect::make(5, 5, 5, 5, canvas));
    EXPECT_FALSE(a.intersected(*Rect::make(10, 0, 1, 1, canvas)));
    EXPECT_TRUE(a.united(b).contains(b));
}

}  // namespace
}  // namespace sudare

// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/scene_item.h"

#include <gtest/gtest.h>

#include "server/session/compositor/scale.h"

namespace sudare::compositor {
namespace {

constexpr Box kScreen{0, 0, 1000, 600};

SceneItem item(std::uint64_t id, const Box& box, bool opaque = true) {
    SceneItem made;
    made.surface_id = id;
    made.box = box;
    made.crop = {0, 0, static_cast<double>(box.width), static_cast<double>(box.height)};
    if (opaque)
        made.opaque = Region(box);
    return made;
}

TEST(SceneItemTest, AnUnchangedListHasNoGeometricDamage) {
    const std::vector<SceneItem> list{item(1, kScreen), item(2, {10, 10, 50, 50})};
    EXPECT_TRUE(geometry_damage(list, list).empty());
}

TEST(SceneItemTest, WhatComesGoesOrMovesIsDamagedWhereItIsAndWas) {
    const std::vector<SceneItem> alone{item(1, kScreen)};
    const std::vector<SceneItem> menu{item(1, kScreen), item(2, {10, 10, 50, 50})};
    const std::vector<SceneItem> moved{item(1, kScreen), item(2, {200, 10, 50, 50})};
    EXPECT_EQ(geometry_damage(alone, menu).bounds(), (Box{10, 10, 50, 50}));
    EXPECT_EQ(geometry_damage(menu, alone).bounds(), (Box{10, 10, 50, 50}));
    Region both = geometry_damage(menu, moved);
    EXPECT_EQ(both.bounds(), (Box{10, 10, 240, 50}));
    EXPECT_FALSE(both.contains({100, 30}));
}

TEST(SceneItemTest, AChangeOfOrderDamagesWhatChangedPlaces) {
    const std::vector<SceneItem> before{item(1, kScreen), item(2, {0, 0, 9, 9}),
                                        item(3, {5, 5, 9, 9})};
    const std::vector<SceneItem> after{item(1, kScreen), item(3, {5, 5, 9, 9}),
                                       item(2, {0, 0, 9, 9})};
    EXPECT_TRUE(geometry_damage(before, after).contains({6, 6}));
}

TEST(SceneItemTest, WhatIsCoveredByOpaqueItemsIsHidden) {
    std::vector<SceneItem> list{item(1, kScreen), item(2, kScreen),
                                item(3, {10, 10, 50, 50}, false)};
    mark_hidden(list, kScreen);
    EXPECT_TRUE(list[0].hidden);
    EXPECT_FALSE(list[1].hidden);
    EXPECT_FALSE(list[2].hidden);
    list[1].opaque.clear();
    mark_hidden(list, kScreen);
    EXPECT_FALSE(list[0].hidden) << "it shines through";
    list.push_back(item(4, {5000, 0, 10, 10}));
    mark_hidden(list, kScreen);
    EXPECT_TRUE(list[3].hidden) << "outside the screen";
}

TEST(SceneItemTest, NothingIsPaintedUnderOpaqueItems) {
    const std::vector<SceneItem> list{item(1, kScreen), item(2, {100, 100, 100, 100}),
                                      item(3, {150, 150, 100, 100}, false)};
    const auto parts = visible_parts(list, Region(kScreen));
    ASSERT_EQ(parts.size(), 4U);
    EXPECT_FALSE(parts[0].contains({120, 120}));
    EXPECT_TRUE(parts[0].contains({220, 220})) << "under a translucent item";
    EXPECT_TRUE(parts[1].contains({160, 160}));
    EXPECT_TRUE(parts[3].empty()) << "the background is covered";
}

TEST(SceneItemTest, OnlyDamageIsPainted) {
    const std::vector<SceneItem> list{item(1, {0, 0, 500, 600})};
    const auto parts = visible_parts(list, Region(Box{490, 0, 20, 10}));
    EXPECT_EQ(parts[0].bounds(), (Box{490, 0, 10, 10}));
    EXPECT_EQ(parts[1].bounds(), (Box{500, 0, 10, 10}));
}

TEST(SceneItemTest, ExactDamageMovesWithTheSurface) {
    const SceneItem menu = item(1, {100, 50, 200, 200});
    EXPECT_EQ(to_screen(menu, Region(Box{10, 20, 5, 6})).bounds(), (Box{110, 70, 5, 6}));
    EXPECT_TRUE(to_screen(menu, Region(Box{300, 300, 5, 5})).empty());
}

TEST(SceneItemTest, ScaledDamageCoversEveryPixelItTouches) {
    SceneItem half = item(1, {0, 0, 100, 100});
    half.exact = false;
    half.crop = {0, 0, 200, 200};
    const Box damaged = to_screen(half, Region(Box{101, 101, 1, 1})).bounds();
    EXPECT_LE(damaged.x, 50);
    EXPECT_GE(damaged.right(), 51);
}

TEST(ScaleTest, AdjoiningBoxesStayAdjoining) {
    const Scale scale(150);
    for (int x = -20; x < 20; ++x) {
        const Box left = scale.to_device(Box{x - 7, 0, 7, 1});
        const Box right = scale.to_device(Box{x, 0, 3, 1});
        EXPECT_EQ(left.right(), right.x);
    }
}

TEST(ScaleTest, AWindowCoversTheWholeScreenAtEveryScale) {
    for (std::uint32_t v120 = 60; v120 <= 720; ++v120) {
        const Scale scale(v120);
        for (const int pixels : {320, 1366, 1920, 3840})
            EXPECT_GE(scale.to_device(scale.logical_cover(pixels)), pixels) << v120;
    }
    EXPECT_EQ(Scale(180).logical_cover(1920), 1280);
    EXPECT_EQ(Scale(180).integer(), 2);
}

TEST(BoxTest, ClientCoordinatesAreClamped) {
    const Box box = Box::clamped(INT32_MIN, INT32_MAX, INT32_MAX, INT32_MAX);
    EXPECT_EQ(box.x, -kCoordinateMax);
    EXPECT_LE(box.right(), kCoordinateMax);
    EXPECT_LE(box.bottom(), kCoordinateMax);
}

TEST(RegionTest, TooManyBoxesBecomeOne) {
    Region region;
    for (int i = 0; i < 10; ++i)
        region.add(Box{i * 10, i * 10, 1, 1});
    region.simplify(10);
    EXPECT_EQ(region.boxes().size(), 10U);
    region.simplify(9);
    EXPECT_EQ(region.boxes().size(), 1U);
    EXPECT_EQ(region.bounds(), (Box{0, 0, 91, 91}));
}

}  // namespace
}  // namespace sudare::compositor

// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/server/session/picture/viewer.h"

namespace sudare::picture {
namespace {

// A page whose text area scrolls while its header, side bar and scroll bar stand still.
class ScrollTest : public PipelineFixture {
protected:
    void start_page() {
        start(1920, 1080);
        page->text(page->whole());
        page->fill(header, 0xFFDDEEFF);
        page->text(page->rect(20, 10, 800, 40));
        page->fill(side, 0xFFEEEEEE);
        page->text(page->rect(0, 100, 230, 900));
        page->fill(bar, 0xFFCCCCCC);
        damage_all();
        settle_and_forget();
    }
    void scroll_by(int rows) {
        const auto count = static_cast<std::uint32_t>(std::abs(rows));
        if (rows > 0)
            page->scroll_up(body, count);
        else
            page->scroll_down(body, count);
        const std::uint32_t top = rows > 0 ? body.bottom() - count : body.y();
        strip = page->rect(body.x(), top, body.width(), count);
        page->fill(strip, 0xFFFFFFFF);
        page->text(strip);
        page->fill(page->rect(bar.x(), 100U + step++ * 9, bar.width(), 60), 0xFF888888);
    }
    [[nodiscard]] std::size_t strip_alone() {
        LosslessEncoder encoder = *LosslessEncoder::create();
        const std::vector<Rect> rects{strip};
        return encoder.encode(page->view(), rects, limits::kUpdateMax)->frame.size();
    }

    Rect header = *Rect::make(0, 0, 1920, 61, *Size::make(1920, 1080));
    Rect side = *Rect::make(0, 61, 237, 1019, *Size::make(1920, 1080));
    Rect bar = *Rect::make(1905, 61, 15, 1019, *Size::make(1920, 1080));
    Rect body = *Rect::make(237, 61, 1905 - 237, 1019, *Size::make(1920, 1080));
    Rect strip = body;
    std::uint32_t step = 0;
};

TEST_F(ScrollTest, IsACopyAndAStripInBothDirections) {
    start_page();
    for (const int rows : {40, 40, -40, 120, 17, -63}) {
        viewer.sizes.clear();
        viewer.ops[0] = 0;
        scroll_by(rows);
        damage_all();
        EXPECT_GE(viewer.ops[0], 1U) << rows;
        EXPECT_LE(viewer.ops[0], 3U) << rows;
        EXPECT_TRUE(viewer.shows(*page)) << rows;
        EXPECT_LT(viewer.bytes(), strip_alone() * 13 / 10 + 600) << rows;
        settle();
    }
}

TEST_F(ScrollTest, PageChangeIsNoScroll) {
    start_page();
    page->fill(page->whole(), 0xFFFFFFFF);
    page->text(page->whole());
    damage_all();
    EXPECT_EQ(viewer.ops[0], 0U);
    EXPECT_TRUE(viewer.shows(*page));
}

TEST_F(ScrollTest, WhatFloatsAboveTheTextIsRepaired) {
    start_page();
    const Rect button = page->rect(1000, 800, 120, 48);
    page->fill(button, 0xFF0055AA);
    damage_all();
    settle_and_forget();
    scroll_by(40);
    page->fill(button, 0xFF0055AA);
    page->text(page->rect(button.x(), button.y() - 40, 120, 40));
    damage_all();
    EXPECT_GE(viewer.ops[0], 1U);
    EXPECT_TRUE(viewer.shows(*page));
}

TEST_F(ScrollTest, EmptyPageAndSmallDamageAreLeftAlone) {
    start(640, 480);
    damage_all();
    settle_and_forget();
    page->fill(page->rect(0, 0, 640, 100), 0xFFABCDEF);
    damage_all();
    page->text(page->rect(10, 200, 600, 30));
    damage(page->rect(10, 200, 600, 30));
    EXPECT_EQ(viewer.ops[0], 0U);
    EXPECT_TRUE(viewer.shows(*page));
}

// Random pages, random moves, random disturbances: the viewer always ends up exact.
TEST_F(ScrollTest, IsAlwaysExact) {
    start(800, 600);
    for (unsigned round = 0; round < 150; ++round) {
        const std::uint32_t x = page->any(300), y = page->any(200);
        const Rect area = page->rect(x, y, 100 + page->any(400), 100 + page->any(300));
        if (round % 5 == 0)
            page->text(area);
        else if (page->any(2) == 0)
            page->scroll_up(area, 1 + page->any(90));
        else
            page->scroll_down(area, 1 + page->any(90));
        for (unsigned i = page->any(3); i > 0; --i)
            page->glyph(page->any(700), page->any(500));
        damage_all();
        settle();
        ASSERT_TRUE(viewer.shows(*page)) << round;
    }
    EXPECT_GT(viewer.ops[0], 20U);
}

}  // namespace
}  // namespace sudare::picture

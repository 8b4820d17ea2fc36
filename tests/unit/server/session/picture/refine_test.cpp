// SPDX-License-Identifier: Apache-2.0
#include "server/session/picture/refine.h"

#include <gmock/gmock.h>

#include "tests/unit/server/session/picture/test_page.h"

namespace sudare::picture {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Shadow shadow_of(const TestPage& page) {
    Shadow shadow(page.size());
    shadow.take(page.view(), page.whole());
    return shadow;
}

TEST(Refine, NothingChangedMeansNothingIsSent) {
    TestPage page(640, 480);
    EXPECT_THAT(refine(page.view(), shadow_of(page), page.whole()), IsEmpty());
}

TEST(Refine, IsTightToOnePixel) {
    TestPage page(640, 480);
    const Shadow shadow = shadow_of(page);
    page.at(333, 217) = 0xFF010203;
    EXPECT_THAT(refine(page.view(), shadow, page.whole()), ElementsAre(page.rect(333, 217, 1, 1)));
}

TEST(Refine, CaretAndClockStayApart) {
    TestPage page(1920, 1080);
    const Shadow shadow = shadow_of(page);
    page.fill(page.rect(100, 200, 2, 20), 0xFF000000);
    page.fill(page.rect(1800, 1050, 60, 14), 0xFF112233);
    EXPECT_THAT(refine(page.view(), shadow, page.whole()),
                ElementsAre(page.rect(100, 200, 2, 20), page.rect(1800, 1050, 60, 14)));
}

TEST(Refine, LooksOnlyInsideTheDamage) {
    TestPage page(640, 480);
    const Shadow shadow = shadow_of(page);
    page.fill(page.rect(0, 0, 640, 480), 0xFF000000);
    EXPECT_THAT(refine(page.view(), shadow, page.rect(101, 77, 50, 60)),
                ElementsAre(page.rect(101, 77, 50, 60)));
}

TEST(Refine, UnknownPixelsAreRepaintedEvenWhenEqual) {
    TestPage page(640, 480);
    Shadow shadow = shadow_of(page);
    shadow.forget(page.rect(64, 64, 100, 100));
    EXPECT_THAT(refine(page.view(), shadow, page.whole()),
                ElementsAre(page.rect(64, 64, 100, 100)));
}

// Whatever changed: the result is disjoint, bounded and covers every change.
TEST(Refine, CoversEveryChangeOnce) {
    for (int round = 0; round < 60; ++round) {
        TestPage page(700, 500, static_cast<unsigned>(round));
        const Shadow shadow = shadow_of(page);
        const unsigned count = page.any(3000);
        for (unsigned i = 0; i < count; ++i)
            page.at(page.any(700), page.any(500)) = 0xFF000000 | page.any(0x1000000);
        const auto rects = refine(page.view(), shadow, page.whole());
        EXPECT_LE(rects.size(), kRefinedRectsMax);
        std::vector<int> covered(page.size().pixels());
        for (const Rect& rect : rects)
            for (std::uint32_t y = rect.y(); y < rect.bottom(); ++y)
                for (std::uint32_t x = rect.x(); x < rect.right(); ++x)
                    ++covered[y * 700 + x];
        for (std::uint32_t y = 0; y < 500; ++y)
            for (std::uint32_t x = 0; x < 700; ++x) {
                ASSERT_LE(covered[y * 700 + x], 1);
                ASSERT_TRUE(covered[y * 700 + x] == 1 || page.at(x, y) == *shadow.at(x, y));
            }
    }
}

}  // namespace
}  // namespace sudare::picture

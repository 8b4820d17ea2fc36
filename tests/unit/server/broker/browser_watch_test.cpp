// SPDX-License-Identifier: Apache-2.0
#include "server/broker/browser_watch.h"

#include <gtest/gtest.h>

namespace sudare::broker {
namespace {

TEST(BrowserWatch, AnnouncesFromFourteenDaysOnOnceADay) {
    BrowserWatch watch;
    EXPECT_EQ(watch.state(), "unknown");
    EXPECT_FALSE(watch.days_left(15, 100));
    EXPECT_EQ(watch.state(), "ok");
    EXPECT_TRUE(watch.days_left(14, 101));
    EXPECT_FALSE(watch.days_left(14, 101));
    EXPECT_TRUE(watch.days_left(13, 102));
    EXPECT_TRUE(watch.days_left(0, 115));
    EXPECT_EQ(watch.state(), "update_soon");
    EXPECT_EQ(watch.days(), 0U);
}

TEST(BrowserWatch, ARefusalStandsUntilASessionStarts) {
    BrowserWatch watch;
    watch.refused();
    EXPECT_EQ(watch.state(), "too_old");
    EXPECT_EQ(watch.days(), 0U);
    EXPECT_FALSE(watch.days_left(60, 1));
    EXPECT_EQ(watch.state(), "ok");
    EXPECT_EQ(watch.days(), 60U);
}

}  // namespace
}  // namespace sudare::broker

// SPDX-License-Identifier: Apache-2.0
#include "server/broker/retention/forecast.h"

#include <gtest/gtest.h>

#include <vector>

namespace sudare::retention {
namespace {

constexpr std::int64_t kToday = 20'000;

TEST(Forecast, WithoutARuleTheRoomIsDividedByWhatComes) {
    const std::vector<Stock> stocks{{{}, 10, 0}, {{}, 15, 0}};
    EXPECT_EQ(days_until_full(stocks, 99, kToday), 4);
    EXPECT_EQ(days_until_full(stocks, 100, kToday), 5);
    EXPECT_EQ(days_until_full(stocks, 0, kToday), 1);
    EXPECT_EQ(days_until_full({}, 0, kToday), std::nullopt);
}

TEST(Forecast, ARuleThatKeepsUpFillsNothing) {
    Stock stock{{}, 10, 30};
    EXPECT_EQ(days_until_full(std::vector{stock}, 400, kToday), std::nullopt);
    // What lies there goes first, and leaves room: 30 days of stock and 30 to come.
    for (std::int64_t day = kToday - 29; day <= kToday; ++day)
        stock.bytes[day] = 10;
    EXPECT_EQ(days_until_full(std::vector{stock}, 20, kToday), std::nullopt);
    // Control: the same without the rule, and with a rule that is longer than there is room.
    EXPECT_EQ(days_until_full(std::vector<Stock>{{stock.bytes, 10, 0}}, 20, kToday), 3);
    EXPECT_EQ(days_until_full(std::vector<Stock>{{stock.bytes, 10, 60}}, 20, kToday), 3);
}

TEST(Forecast, GrowthIsThatOfWholeDays) {
    EXPECT_EQ(growth({}, kToday), 0U);
    EXPECT_EQ(growth({{kToday, 5}}, kToday), 5U);  // nothing else is known
    EXPECT_EQ(growth({{kToday - 1, 8}, {kToday, 5}}, kToday), 8U);
    EXPECT_EQ(growth({{kToday - 2, 8}, {kToday, 5}}, kToday), 4U);  // a day without any counts
    EXPECT_EQ(growth({{kToday - 90, 9999}, {kToday - 7, 70}, {kToday, 5}}, kToday), 10U);
}

}  // namespace
}  // namespace sudare::retention

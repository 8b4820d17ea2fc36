// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>

// When a disk is full, from what lies on it, what comes and what rules take away. Pure functions. Days
// count from 1970.
namespace sudare::retention {

// What one rule is about.
struct Stock {
    std::map<std::int64_t, std::uint64_t> bytes{};  // by the day on which it was made; without what is held
    std::uint64_t per_day = 0;                      // that come from now on
    std::int64_t keep_days = 0;                     // 0: for ever
};

inline constexpr std::int64_t kForecastDays = 3650;

// How many days from today until these take `room` bytes more than now; nullopt: not within ten years.
std::optional<std::int64_t> days_until_full(std::span<const Stock> stocks, std::uint64_t room,
                                            std::int64_t today);

// What came a day, over at most the last seven whole days; of today when there is no whole one.
std::uint64_t growth(const std::map<std::int64_t, std::uint64_t>& bytes, std::int64_t today);

}  // namespace sudare::retention

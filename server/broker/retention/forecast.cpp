// SPDX-License-Identifier: Apache-2.0
#include "server/broker/retention/forecast.h"

#include <algorithm>
#include <vector>

namespace sudare::retention {
namespace {

constexpr std::int64_t kWindow = 7;

// Takes away what a rule does by the end of that day; how much it was.
std::uint64_t expired(std::map<std::int64_t, std::uint64_t>& bytes, std::int64_t keep_days,
                      std::int64_t day) {
    std::uint64_t out = 0;
    while (keep_days != 0 && !bytes.empty() && bytes.begin()->first + keep_days < day) {
        out += bytes.begin()->second;
        bytes.erase(bytes.begin());
    }
    return out;
}

}  // namespace

std::optional<std::int64_t> days_until_full(std::span<const Stock> stocks, std::uint64_t room,
                                            std::int64_t today) {
    std::vector<Stock> left(stocks.begin(), stocks.end());
    auto free = static_cast<std::int64_t>(std::min<std::uint64_t>(room, INT64_MAX / 2));
    for (std::int64_t passed = 1; passed <= kForecastDays; ++passed) {
        const std::int64_t day = today + passed;
        for (Stock& one : left) {
            free += static_cast<std::int64_t>(expired(one.bytes, one.keep_days, day));
            free -= static_cast<std::int64_t>(one.per_day);
            if (one.keep_days != 0)
                one.bytes[day] += one.per_day;
        }
        if (free < 0)
            return passed;
    }
    return std::nullopt;
}

std::uint64_t growth(const std::map<std::int64_t, std::uint64_t>& bytes, std::int64_t today) {
    if (bytes.empty())
        return 0;
    const std::int64_t days = std::clamp<std::int64_t>(today - bytes.begin()->first, 0, kWindow);
    if (days == 0) {
        const auto now = bytes.find(today);
        return now == bytes.end() ? 0 : now->second;
    }
    std::uint64_t sum = 0;
    for (auto at = bytes.lower_bound(today - days); at != bytes.end() && at->first < today; ++at)
        sum += at->second;
    return sum / static_cast<std::uint64_t>(days);
}

}  // namespace sudare::retention

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sudare::broker {

// How many characters went up for each person today, over all sessions: a file that is typed slowly
// enough for every other alarm (server/link/input_watch.h) still adds up. In memory only: after a
// restart a day is counted from there, and the log's counters have all of it. One thread.
class TypedToday {
   public:
    // Keys and code points; a fast typist comes to 20,000 (reference/security.md section 5).
    static constexpr std::uint64_t kAlarm = 40000;

    // `day`: any number that changes at midnight. The day's sum when it passes kAlarm just now.
    std::optional<std::uint64_t> add(std::string_view user, std::uint64_t characters, int day) {
        if (day != day_) {
            typed_.clear();
            day_ = day;
        }
        std::uint64_t& sum = typed_[std::string(user)];
        const bool before = sum > kAlarm;
        sum += characters;
        return sum > kAlarm && !before ? std::optional(sum) : std::nullopt;
    }

   private:
    int day_ = -1;
    std::map<std::string, std::uint64_t> typed_;  // one row for each account that worked today
};

}  // namespace sudare::broker

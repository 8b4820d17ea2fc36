// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace sudare {

// A rate with a burst. Whole microseconds and whole tokens: nothing is lost to rounding however
// often it is asked.
class TokenBucket {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    // `tokens` per `period`, at most `burst` saved up. Full at first. Zero tokens: never any.
    TokenBucket(std::uint32_t tokens, std::chrono::microseconds period, std::uint32_t burst);

    // Takes `count` tokens, or none and says false.
    bool take(std::uint32_t count, TimePoint now);

private:
    void refill(TimePoint now);

    std::int64_t tokens_;     // per period_
    std::int64_t period_;     // microseconds
    std::int64_t capacity_;   // in token-microseconds: a token is period_ of them
    std::int64_t level_;
    TimePoint last_{};
};

}  // namespace sudare

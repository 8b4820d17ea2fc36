// SPDX-License-Identifier: Apache-2.0
#include "server/base/token_bucket.h"

#include <algorithm>

namespace sudare {

TokenBucket::TokenBucket(std::uint32_t tokens, std::chrono::microseconds period,
                         std::uint32_t burst)
    : tokens_(tokens),
      period_(period.count()),
      capacity_(tokens == 0 ? 0 : std::int64_t{burst} * period.count()),
      level_(capacity_) {}

bool TokenBucket::take(std::uint32_t count, TimePoint now) {
    refill(now);
    const std::int64_t price = std::int64_t{count} * period_;
    if (price > level_)
        return false;
    level_ -= price;
    return true;
}

void TokenBucket::refill(TimePoint now) {
    if (last_ == TimePoint{} || now <= last_) {
        last_ = std::max(last_, now);
        return;
    }
    using std::chrono::microseconds;
    const std::int64_t elapsed = std::chrono::duration_cast<microseconds>(now - last_).count();
    last_ += microseconds(elapsed);
    // Long silences fill it whatever they are: no product that could overflow.
    if (tokens_ == 0 || elapsed > capacity_ / tokens_)
        level_ = capacity_;
    else
        level_ = std::min(capacity_, level_ + elapsed * tokens_);
}

}  // namespace sudare

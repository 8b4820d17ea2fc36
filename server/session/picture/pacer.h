// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "server/session/picture/clock.h"

namespace sudare::picture {

// The policy's limits: bits a second, as a bucket that may go into debt by one update, and changes
// a second. Without limits it never says no.
class Pacer {
public:
    Pacer(std::uint64_t bits_per_second, unsigned fps) { set(bits_per_second, fps); }

    void set(std::uint64_t bits_per_second, unsigned fps) {
        bytes_per_second_ = static_cast<double>(bits_per_second) / 8;
        interval_ = fps == 0 || fps >= kFreeFps
                        ? microseconds(0)
                        : std::chrono::duration_cast<microseconds>(std::chrono::seconds(1)) / fps;
    }

    // When the next update may go; in the past: now.
    [[nodiscard]] TimePoint ready_at(bool starts_change) const {
        TimePoint at = paid_at_;
        if (starts_change)
            at = std::max(at, last_change_ + interval_);
        return at;
    }

    void on_change(TimePoint now) { last_change_ = now; }
    void on_sent(std::size_t bytes, TimePoint now) {
        if (bytes_per_second_ <= 0)
            return;
        const std::chrono::duration<double> cost(static_cast<double>(bytes) / bytes_per_second_);
        paid_at_ = std::max(paid_at_, now) + std::chrono::duration_cast<microseconds>(cost);
    }

    // Bytes a second, when limited.
    [[nodiscard]] std::optional<double> limit() const {
        return bytes_per_second_ > 0 ? std::optional(bytes_per_second_) : std::nullopt;
    }

private:
    static constexpr unsigned kFreeFps = 60;  // the browser draws no faster by itself

    double bytes_per_second_ = 0;
    microseconds interval_{0};
    TimePoint paid_at_{};
    TimePoint last_change_{};
};

}  // namespace sudare::picture

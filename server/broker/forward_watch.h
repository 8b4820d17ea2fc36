// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

namespace sudare::broker {

// Whether the collector has what is on the disk, not later than `limit` afterwards. Judged about
// once a second; keeps at most kSamplesMax moments, whatever an outage takes. One thread.
class ForwardWatch {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::size_t kSamplesMax = 64;

    ForwardWatch(std::chrono::seconds limit, Clock::time_point now) : limit_(limit), since_(now) {}

    // `durable` records are on the disk, `confirmed` of them with the collector. A value: the state
    // has changed to behind (true) or caught up (false), to be announced.
    std::optional<bool> judge(Clock::time_point now, std::uint64_t durable,
                              std::uint64_t confirmed) {
        for (; !announced_.empty() && announced_.front() < confirmed; announced_.pop_front()) {
        }
        const auto own =
            std::ranges::count_if(announced_, [&](std::uint64_t index) { return index < durable; });
        if (confirmed + static_cast<std::uint64_t>(own) >= durable) {
            samples_.clear();
            since_ = now;
        } else {
            for (; !samples_.empty() && samples_.front().records <= confirmed; samples_.pop_front())
                since_ = samples_.front().at;
            const bool due =
                samples_.empty() || now - samples_.back().at >= limit_ / (kSamplesMax / 2);
            if (due && samples_.size() < kSamplesMax)
                samples_.push_back({now, durable});
        }
        // Half of it: not in and out at every record.
        const bool late = now - since_ > (behind_ ? limit_ / 2 : limit_);
        if (late == behind_)
            return std::nullopt;
        behind_ = late;
        return late;
    }

    // The record of an announcement has this index. Alone it makes nobody late: else a limit that
    // is shorter than confirming takes would feed itself, each announcement being a record that is
    // late.
    void announced(std::uint64_t index) { announced_.push_back(index); }

    [[nodiscard]] bool behind() const { return behind_; }
    // All that was on the disk then is with the collector.
    [[nodiscard]] Clock::time_point since() const { return since_; }

private:
    struct Sample {
        Clock::time_point at;
        std::uint64_t records;  // durable then
    };
    std::chrono::milliseconds limit_;
    Clock::time_point since_;
    std::deque<Sample> samples_;
    std::deque<std::uint64_t> announced_;  // not yet confirmed
    bool behind_ = false;
};

}  // namespace sudare::broker

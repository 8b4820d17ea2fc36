// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "server/egress/deadline.h"
#include "server/egress/destination_log.h"
#include "server/egress/limits.h"

namespace sudare::egress {

// Bytes up and down together within 24 hours, counted from the first byte of a period. It knows
// this session only: a new session starts at zero.
class ByteQuota {
public:
    using Clock = std::chrono::steady_clock;

    void set_limit(std::optional<std::uint64_t> limit) { limit_ = limit; }
    [[nodiscard]] bool used_up(Clock::time_point now) {
        if (now - since_ >= std::chrono::hours(24)) {
            since_ = now;
            used_ = 0;
        }
        return limit_ && used_ >= *limit_;
    }
    void add(std::uint64_t bytes) { used_ += bytes; }

private:
    std::optional<std::uint64_t> limit_;
    std::uint64_t used_ = 0;
    Clock::time_point since_ = Clock::now();
};

// What happens with each piece that passes: it is counted, the idle limit moves, the quota is
// asked. One per connection and destination.
class Flow {
public:
    Flow(std::shared_ptr<DestinationLog::Entry> entry, ByteQuota& quota, Deadline& deadline)
        : entry_(std::move(entry)), quota_(quota), deadline_(deadline) {
        touch();
    }

    // false: the quota is used up, the piece must not be forwarded.
    [[nodiscard]] bool up(std::size_t bytes) {
        return pass(bytes, [&] { entry_->add_up(bytes); });
    }
    [[nodiscard]] bool down(std::size_t bytes) {
        return pass(bytes, [&] { entry_->add_down(bytes); });
    }
    // One direction has finished: the other may not be silent for long.
    void half_closed() {
        idle_ = limits::kHalfClosedIdle;
        touch();
    }
    void touch() { deadline_.set(idle_); }
    [[nodiscard]] bool exhausted() const { return exhausted_; }

private:
    template <typename Count>
    bool pass(std::size_t bytes, Count count) {
        exhausted_ = exhausted_ || quota_.used_up(ByteQuota::Clock::now());
        if (exhausted_)
            return false;
        quota_.add(bytes);
        count();
        touch();
        return true;
    }

    std::shared_ptr<DestinationLog::Entry> entry_;
    ByteQuota& quota_;
    Deadline& deadline_;
    std::chrono::seconds idle_ = limits::kTunnelIdle;
    bool exhausted_ = false;
};

}  // namespace sudare::egress

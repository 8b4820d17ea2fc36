// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "protocol/core/limits.h"
#include "server/session/picture/clock.h"

namespace sudare::picture {

// How much may be on its way unacknowledged. More would only make later frames late, so the
// window holds what the path carries in one round trip and little else: frames by the round trip
// (as gnome-remote-desktop does), bytes by the largest delivery rate seen (as BBR and neatvnc do).
class Window {
public:
    // Another update may be encoded now. With nothing in flight it always may.
    [[nodiscard]] bool open() const;

    void on_sent(std::uint32_t sequence, std::size_t bytes, TimePoint now);
    // Acknowledges this update and all before it. One that is not in flight is ignored: a viewer
    // may say what it likes, and late acks of an earlier connection arrive.
    void on_ack(std::uint32_t sequence, std::uint8_t queue, TimePoint now);
    void reset() { *this = Window(); }

    [[nodiscard]] std::size_t frames_in_flight() const { return flight_.size(); }
    // Bytes a second that the path has carried lately; nullopt before the first sample.
    [[nodiscard]] std::optional<double> rate() const;

private:
    struct Sent {
        std::uint32_t sequence;
        std::size_t bytes;
        TimePoint at;
        std::size_t delivered_before;  // delivered_ when it was sent
        TimePoint delivered_at;        // when that count was reached
    };
    void take_sample(const Sent& sent, TimePoint now);
    [[nodiscard]] std::size_t frames_max() const;
    [[nodiscard]] std::size_t bytes_max() const;

    std::deque<Sent> flight_;  // at most limits::kWindowUpdatesMax
    std::size_t bytes_in_flight_ = 0;
    std::size_t delivered_ = 0;
    TimePoint delivered_at_{};
    std::uint8_t viewer_queue_ = 0;
    std::optional<microseconds> smooth_rtt_;
    std::optional<microseconds> least_rtt_;  // of the last two periods
    double rate_now_ = 0, rate_before_ = 0;  // largest of this period and of the one before
    TimePoint period_start_{};
};

}  // namespace sudare::picture

// SPDX-License-Identifier: Apache-2.0
#include "server/session/picture/window.h"

#include <algorithm>
#include <chrono>

namespace sudare::picture {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr microseconds kFrameInterval{16667};
constexpr std::chrono::seconds kPeriod{5};  // a path's rate and round trip are believed this long
constexpr std::size_t kFramesAtStart = 4;   // before the first ack
constexpr std::size_t kBytesFloor = 64U << 10;
constexpr std::uint8_t kViewerQueueMax = 2;  // the viewer decodes more slowly than we send

}  // namespace

std::size_t Window::frames_max() const {
    if (!smooth_rtt_)
        return kFramesAtStart;
    const auto round_trip = static_cast<std::size_t>(*smooth_rtt_ / kFrameInterval) + 1;
    return std::min<std::size_t>(round_trip + 2, limits::kWindowUpdatesMax);
}

std::size_t Window::bytes_max() const {
    const auto carried = rate();
    if (!carried || !least_rtt_)
        return limits::kUpdateMax;
    const double product = *carried * Seconds(*least_rtt_ + 2 * kFrameInterval).count();
    return std::max(kBytesFloor, static_cast<std::size_t>(product));
}

bool Window::open() const {
    if (flight_.empty())
        return true;
    return flight_.size() < frames_max() && bytes_in_flight_ < bytes_max() &&
           viewer_queue_ <= kViewerQueueMax;
}

std::optional<double> Window::rate() const {
    const double most = std::max(rate_now_, rate_before_);
    return most > 0 ? std::optional(most) : std::nullopt;
}

void Window::on_sent(std::uint32_t sequence, std::size_t bytes, TimePoint now) {
    if (flight_.empty())
        delivered_at_ = now;  // the pause before was ours, not the path's
    flight_.push_back({sequence, bytes, now, delivered_, delivered_at_});
    bytes_in_flight_ += bytes;
}

void Window::take_sample(const Sent& sent, TimePoint now) {
    const auto round_trip = std::chrono::duration_cast<microseconds>(now - sent.at);
    if (now - period_start_ > kPeriod) {
        period_start_ = now;
        rate_before_ = rate_now_;
        rate_now_ = 0;
        least_rtt_ = round_trip;
    }
    least_rtt_ = std::min(least_rtt_.value_or(round_trip), round_trip);
    smooth_rtt_ = smooth_rtt_ ? (*smooth_rtt_ * 7 + round_trip) / 8 : round_trip;
    const double elapsed = Seconds(now - sent.delivered_at).count();
    if (elapsed > 0)
        rate_now_ =
            std::max(rate_now_, static_cast<double>(delivered_ - sent.delivered_before) / elapsed);
}

void Window::on_ack(std::uint32_t sequence, std::uint8_t queue, TimePoint now) {
    const auto found = std::find_if(flight_.begin(), flight_.end(), [sequence](const Sent& sent) {
        return sent.sequence == sequence;
    });
    if (found == flight_.end())
        return;
    viewer_queue_ = queue;
    const Sent newest = *found;
    for (auto sent = flight_.begin(); sent != found + 1; ++sent) {
        bytes_in_flight_ -= sent->bytes;
        delivered_ += sent->bytes;
    }
    flight_.erase(flight_.begin(), found + 1);
    delivered_at_ = now;
    take_sample(newest, now);
}

}  // namespace sudare::picture

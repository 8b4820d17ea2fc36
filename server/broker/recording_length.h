// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace sudare::broker {

// How far the end of a recording may seem ahead of the time since its begin was read here: a broker
// that stood still reads both at once.
inline constexpr std::chrono::minutes kRecordingAhead{10};

// Whether a recording whose begin was read then may have come to end_ms (since its start).
inline bool may_have_come_to(std::uint32_t end_ms, std::chrono::steady_clock::time_point begun,
                             std::chrono::steady_clock::time_point now) {
    return begun + std::chrono::milliseconds(end_ms) <= now + kRecordingAhead;
}

}  // namespace sudare::broker

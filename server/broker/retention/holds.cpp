// SPDX-License-Identifier: Apache-2.0
#include "server/broker/retention/holds.h"

#include <algorithm>

namespace sudare::retention {
namespace {

constexpr std::int64_t kNanoseconds = 1'000'000'000, kMilliseconds = 1'000;

// [from, to] in seconds against the hold's time with its margins.
bool overlaps(const store::Hold& hold, std::int64_t from, std::int64_t to) {
    return (!hold.since || to >= *hold.since - kMarginSeconds) &&
           (!hold.until || from <= *hold.until + kMarginSeconds);
}

template <typename Fits>
const store::Hold* first(std::span<const store::Hold> holds, Fits&& fits) {
    const auto found = std::ranges::find_if(holds, fits);
    return found == holds.end() ? nullptr : &*found;
}

}  // namespace

bool holds_days(const store::Hold& hold, std::int64_t first_time, std::int64_t last_time) {
    return overlaps(hold, std::min(first_time, last_time) / kNanoseconds,
                    std::max(first_time, last_time) / kNanoseconds);
}

bool holds_recording(const store::Hold& hold, const store::StoredRecording& recording) {
    if ((hold.user && *hold.user != recording.user) ||
        (hold.session && *hold.session != recording.session))
        return false;
    const std::int64_t begin = recording.started_ms / kMilliseconds;
    return overlaps(hold, begin, begin + std::max<std::int64_t>(recording.length_ms, 0) / kMilliseconds);
}

const store::Hold* holder_of_days(std::span<const store::Hold> holds, std::int64_t first_time,
                                  std::int64_t last_time) {
    return first(holds, [&](const store::Hold& one) { return holds_days(one, first_time, last_time); });
}

const store::Hold* holder_of(std::span<const store::Hold> holds,
                             const store::StoredRecording& recording) {
    return first(holds, [&](const store::Hold& one) { return holds_recording(one, recording); });
}

}  // namespace sudare::retention

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "server/broker/store/store.h"

// Which hold keeps what. Pure functions; in doubt something is held.
namespace sudare::retention {

// Added at both ends of a hold's time: a day of the office may begin and end at any hour of UTC, and
// what explains a deed (a log-in, a change of policy) stands in the same day of the log.
inline constexpr std::int64_t kMarginSeconds = 24 * 60 * 60;

// A day of the log holds the records of everybody: only its time counts, never user or session. Times
// of its first and newest record in nanoseconds since 1970; a clock that was set may have put them in
// any order.
bool holds_days(const store::Hold& hold, std::int64_t first_time, std::int64_t last_time);

// User, session and time, as far as they are given, all fit.
bool holds_recording(const store::Hold& hold, const store::StoredRecording& recording);

// The first that does; nullptr: none.
const store::Hold* holder_of_days(std::span<const store::Hold> holds, std::int64_t first_time,
                                  std::int64_t last_time);
const store::Hold* holder_of(std::span<const store::Hold> holds,
                             const store::StoredRecording& recording);

}  // namespace sudare::retention

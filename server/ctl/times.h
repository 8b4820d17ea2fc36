// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

// Times as people write and read them. Those of the audit log are UTC, so that records of several
// machines compare; those of rules are the local time of the office.
namespace sudare::ctl {

// Which second of a day a date alone means.
enum class DayEnd { kBegin, kEnd };  // its first second; that of the next day

// "2026-04-01" or "2026-04-01T09:30" (with or without ":00"), local, or with Z or an offset such as
// +09:00; seconds since 1970. nullopt: it is none of these, or no day of the calendar.
std::optional<std::int64_t> time_from(const std::string& text, DayEnd end);
// "30m", "2h", "7d"; seconds.
std::optional<std::int64_t> duration_from(const std::string& text);
// "2026-04-01T09:30:00+09:00"
std::string local_time(std::int64_t seconds);

}  // namespace sudare::ctl

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "protocol/core/result.h"

// How old the browser is: by the date of the program file that the boxes run. dpkg unpacks files
// with the date they have in the package, and Debian builds packages so that no file is younger
// than the changelog's newest entry (SOURCE_DATE_EPOCH), so for the program, which is built after
// that entry is written, both are the same. Chosen over the changelog because slim images leave
// /usr/share/doc out, and because one stat is cheap enough for every start of a session: an update
// counts at once, without a restart of the launcher. A copy that loses the date (cp without -p)
// makes the browser look as young as the copy; docs/operations.md says so.
namespace sudare::host {

// The most by which the program may be younger than the clock says, before neither is believed.
inline constexpr std::chrono::hours kClockSlack{24};

// Whole days from the date of `program` to `now`; 0 within kClockSlack before it.
// Errors: kNotFound (no such file), kState (its date is in the future). Any thread.
Result<std::uint32_t> browser_age_days(const std::string& program,
                                       std::chrono::system_clock::time_point now);

// For how many more days sessions may start, today's not counted: 0 is the last day.
// Errors: kLimit (older than max_age_days), and those above: an age that nobody knows is too old.
Result<std::uint32_t> browser_days_left(const std::string& program, std::uint32_t max_age_days,
                                        std::chrono::system_clock::time_point now);

}  // namespace sudare::host

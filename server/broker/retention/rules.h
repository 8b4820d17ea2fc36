// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "server/broker/retention/holds.h"

// What a rule may delete now, and why the rest stays. Pure functions: what is told about and what is
// done come from the same call. Seconds since 1970 unless said otherwise.
namespace sudare::retention {

inline constexpr std::int64_t kDaySeconds = 24 * 60 * 60;
// Of the log and of the recordings each, in one run: a clock that is wrong, or a rule that is, takes no
// more than this before somebody sees it.
inline constexpr std::size_t kDaysPerRun = 7;

enum class Verdict : std::uint8_t {
    kDelete,     // goes now
    kForEver,    // there is no rule
    kYoung,      // `due` says when it is old enough
    kOpen,       // is being written
    kUnsigned,   // not all of it is under a signed checkpoint
    kHeld,       // by the hold named
    kNeeded,     // by the recording named, whose hashes stand in it
    kNextRun,    // old enough, but this run has its kDaysPerRun
};
std::string_view name_of(Verdict verdict);

struct Judged {
    Verdict verdict = Verdict::kForEver;
    std::string by{};       // of kHeld and kNeeded
    std::int64_t due = 0;   // from then on its age is reached; 0: never
};

// One segment of the log, as its first record and that of the next one tell: reading all of it is not
// needed to know that it stays.
struct LogDay {
    std::string file;
    std::uint64_t first = 0;      // record
    std::uint64_t end = 0;        // first record of the next segment
    std::int64_t from_time = 0;   // nanoseconds: the earlier and the later one of the times of its first
    std::int64_t until_time = 0;  // record and of the next segment's
    std::uint64_t bytes = 0;
    bool closed = false;  // another one follows it
};

struct LogRule {
    std::int64_t days = 0;  // 0: for ever
    std::int64_t now = 0;
    std::optional<std::uint64_t> signed_records{};  // nullopt: nothing is signed here, so nothing need be
    std::span<const store::Hold> holds{};
    // The number of a recording that is still there and was made, in part, between these moments
    // (milliseconds since 1970); nullopt: none.
    std::function<std::optional<std::string>(std::int64_t from_ms, std::int64_t until_ms)> recording{};
};
// In the order of the days, which are the oldest first.
std::vector<Judged> judge_log(std::span<const LogDay> days, const LogRule& rule);

// When it ended; a link says how long it was, and no session lasts a year.
std::int64_t end_of(const store::StoredRecording& recording);

struct RecordingRule {
    std::int64_t now = 0;
    std::span<const store::Hold> holds{};
    // evidence.retention_days of who is shown in it; 0: for ever.
    std::function<std::int64_t(const std::string& user)> days{};
};
// In the order of the recordings, which are the oldest first. Days of kDaysPerRun are their folders: UTC.
std::vector<Judged> judge_recordings(std::span<const store::StoredRecording> recordings,
                                     const RecordingRule& rule);

// "log 90 days", "recording 30 days": as the record of a deletion names the rule.
std::string log_rule_name(std::int64_t days);
std::string recording_rule_name(std::int64_t days);

// The clock. A clock that was set must not make things old: after a jump nothing is deleted for
// kWaitSeconds, in which somebody can see it (retention_waits in the log).
inline constexpr std::int64_t kJumpSeconds = 60 * 60;
inline constexpr std::int64_t kGapSeconds = 7 * kDaySeconds;  // of a broker that did not run
inline constexpr std::int64_t kWaitSeconds = kDaySeconds;
// Whether the clock went another way than time did. Both in seconds, the second one of a clock that
// nobody can set.
bool jumped(std::int64_t wall_passed, std::int64_t steady_passed);
// Whether a broker that starts now cannot trust its clock: the newest record (0: there is none) is in
// the future, or so long ago that the clock may have been set.
bool gap(std::int64_t newest_record, std::int64_t now);
// Until when nothing is deleted. What was stored counts, but for a time that only a wrong clock can
// have made.
std::int64_t wait_until(std::int64_t stored, std::int64_t now, bool clock_was_set);

}  // namespace sudare::retention

// SPDX-License-Identifier: Apache-2.0
#include "server/broker/retention/rules.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>

namespace sudare::retention {
namespace {

constexpr std::int64_t kNanoseconds = 1'000'000'000, kMilliseconds = 1'000;

// When something whose last moment was then is old enough; 0: never.
std::int64_t due_of(std::int64_t last, std::int64_t days) {
    return days == 0 ? 0 : last + days * kDaySeconds;
}

// What age alone says.
Judged by_age(std::int64_t last, std::int64_t days, std::int64_t now) {
    const std::int64_t due = due_of(last, days);
    if (due == 0)
        return {Verdict::kForEver, {}, 0};
    return {due <= now ? Verdict::kDelete : Verdict::kYoung, {}, due};
}

Judged judge(const LogDay& day, const LogRule& rule) {
    Judged out = by_age(std::max(day.from_time, day.until_time) / kNanoseconds, rule.days, rule.now);
    if (!day.closed)
        return {Verdict::kOpen, {}, 0};
    if (out.verdict != Verdict::kDelete)
        return out;
    if (rule.signed_records && day.end > *rule.signed_records)
        return {Verdict::kUnsigned, {}, out.due};
    if (const auto* hold = holder_of_days(rule.holds, day.from_time, day.until_time))
        return {Verdict::kHeld, hold->name, out.due};
    constexpr std::int64_t kMargin = kMarginSeconds * kMilliseconds;
    const std::int64_t from = std::min(day.from_time, day.until_time) / 1'000'000 - kMargin;
    const std::int64_t until = std::max(day.from_time, day.until_time) / 1'000'000 + kMargin;
    if (rule.recording)
        if (const auto needs = rule.recording(from, until))
            return {Verdict::kNeeded, *needs, out.due};
    return out;
}

Judged judge(const store::StoredRecording& one, const RecordingRule& rule) {
    if (one.state == store::StoredRecording::State::kOpen)
        return {Verdict::kOpen, {}, 0};
    Judged out = by_age(end_of(one), rule.days(one.user), rule.now);
    if (out.verdict != Verdict::kDelete)
        return out;
    if (const auto* hold = holder_of(rule.holds, one))
        return {Verdict::kHeld, hold->name, out.due};
    return out;
}

}  // namespace

std::int64_t end_of(const store::StoredRecording& one) {
    constexpr std::int64_t kLongest = 366 * kDaySeconds;
    return one.started_ms / kMilliseconds +
           std::clamp<std::int64_t>(one.length_ms / kMilliseconds, 0, kLongest);
}

std::string_view name_of(Verdict verdict) {
    constexpr std::array<std::string_view, 8> kNames{"delete", "for_ever", "young",  "open",
                                                     "unsigned", "held", "needed", "next_run"};
    return kNames[static_cast<std::size_t>(verdict)];
}

std::vector<Judged> judge_log(std::span<const LogDay> days, const LogRule& rule) {
    std::vector<Judged> out;
    std::size_t going = 0;
    for (const LogDay& day : days) {
        Judged one = judge(day, rule);
        if (one.verdict == Verdict::kDelete && ++going > kDaysPerRun)
            one.verdict = Verdict::kNextRun;
        out.push_back(std::move(one));
    }
    return out;
}

std::vector<Judged> judge_recordings(std::span<const store::StoredRecording> recordings,
                                     const RecordingRule& rule) {
    std::vector<Judged> out;
    std::set<std::int64_t> folders;
    for (const store::StoredRecording& one : recordings) {
        Judged judged = judge(one, rule);
        const std::int64_t folder = one.started_ms / kMilliseconds / kDaySeconds;
        if (judged.verdict == Verdict::kDelete && !folders.contains(folder)) {
            if (folders.size() >= kDaysPerRun)
                judged.verdict = Verdict::kNextRun;
            else
                folders.insert(folder);
        }
        out.push_back(std::move(judged));
    }
    return out;
}

std::string log_rule_name(std::int64_t days) {
    return "log " + std::to_string(days) + " days";
}

std::string recording_rule_name(std::int64_t days) {
    return "recording " + std::to_string(days) + " days";
}

bool jumped(std::int64_t wall_passed, std::int64_t steady_passed) {
    return std::llabs(wall_passed - steady_passed) > kJumpSeconds;
}

bool gap(std::int64_t newest_record, std::int64_t now) {
    return newest_record != 0 &&
           (now - newest_record > kGapSeconds || newest_record - now > kJumpSeconds);
}

std::int64_t wait_until(std::int64_t stored, std::int64_t now, bool clock_was_set) {
    if (clock_was_set || stored > now + kWaitSeconds)
        return now + kWaitSeconds;
    return stored;
}

}  // namespace sudare::retention

// SPDX-License-Identifier: Apache-2.0
#include "server/broker/retention/rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace sudare::retention {
namespace {

using store::Hold;
using store::StoredRecording;

constexpr std::int64_t kNano = 1'000'000'000;
constexpr std::int64_t kToday = 20'000 * kDaySeconds;

// A log of one segment a day, the newest of today and open.
std::vector<LogDay> log_of(std::int64_t days) {
    std::vector<LogDay> out;
    for (std::int64_t i = 0; i <= days; ++i) {
        LogDay day;
        day.file = "segment " + std::to_string(i);
        day.first = static_cast<std::uint64_t>(i) * 100;
        day.end = day.first + 100;
        day.from_time = (kToday - (days - i) * kDaySeconds) * kNano;
        day.until_time = day.from_time + kDaySeconds * kNano;
        day.closed = i < days;
        out.push_back(day);
    }
    return out;
}

std::size_t how_many(const std::vector<Judged>& judged, Verdict verdict) {
    return static_cast<std::size_t>(std::ranges::count(judged, verdict, &Judged::verdict));
}

TEST(LogRule, WithoutARuleNothingGoes) {
    const auto judged = judge_log(log_of(400), {0, kToday, {}, {}, {}});
    EXPECT_EQ(how_many(judged, Verdict::kForEver), 400U);
    EXPECT_EQ(judged.back().verdict, Verdict::kOpen);
}

TEST(LogRule, AWeekOfDaysInOneRunTheOldestFirst) {
    const auto judged = judge_log(log_of(100), {30, kToday, {}, {}, {}});
    EXPECT_EQ(how_many(judged, Verdict::kDelete), kDaysPerRun);
    EXPECT_EQ(how_many(judged, Verdict::kNextRun), 70U - kDaysPerRun);
    EXPECT_EQ(how_many(judged, Verdict::kYoung), 30U);
    for (std::size_t i = 0; i < kDaysPerRun; ++i)
        EXPECT_EQ(judged[i].verdict, Verdict::kDelete);
    // The first young one says when it goes: its last moment and the rule.
    EXPECT_EQ(judged[70].due, kToday - 29 * kDaySeconds + 30 * kDaySeconds);
}

TEST(LogRule, WhatIsNotSignedStays) {
    const auto days = log_of(100);
    EXPECT_EQ(judge_log(days, {30, kToday, 200, {}, {}})[1].verdict, Verdict::kDelete);  // control
    const auto judged = judge_log(days, {30, kToday, 199, {}, {}});
    EXPECT_EQ(judged[0].verdict, Verdict::kDelete);
    for (std::size_t i = 1; i < 70; ++i)
        EXPECT_EQ(judged[i].verdict, Verdict::kUnsigned);
}

TEST(LogRule, WhatARecordingNeedsStays) {
    const std::int64_t made = (kToday - 98 * kDaySeconds) * 1000;
    const auto recording = [&](std::int64_t from, std::int64_t until) {
        return from <= made && made <= until ? std::optional<std::string>("0a1b") : std::nullopt;
    };
    const auto judged = judge_log(log_of(100), {30, kToday, {}, {}, recording});
    EXPECT_EQ(judged[0].verdict, Verdict::kNeeded);  // a day more on both sides
    EXPECT_EQ(judged[2].verdict, Verdict::kNeeded);
    EXPECT_EQ(judged[2].by, "0a1b");
    EXPECT_EQ(judged[4].verdict, Verdict::kDelete);
}

// Whatever is drawn: what is chosen is closed, old by the later of its times, signed, not held, needed by
// no recording, and at most a week of it. And nothing stays that could go, up to that week.
TEST(LogRule, NothingHeldUnsignedYoungOrNeededIsEverChosen) {
    std::mt19937_64 random(4711);
    const auto draw = [&](std::int64_t low, std::int64_t high) {
        return std::uniform_int_distribution<std::int64_t>(low, high)(random);
    };
    std::size_t chosen = 0, kept = 0;
    for (int round = 0; round < 2000; ++round) {
        auto days = log_of(draw(0, 60));
        for (LogDay& day : days)
            if (draw(0, 9) == 0)  // a clock that was set
                day.until_time += draw(-40, 40) * kDaySeconds * kNano;
        std::vector<Hold> holds(static_cast<std::size_t>(draw(0, 3)));
        for (Hold& hold : holds) {
            hold.name = "case";
            const std::int64_t from = kToday - draw(-5, 70) * kDaySeconds;
            if (draw(0, 3) != 0)
                hold.since = from;
            if (draw(0, 3) != 0)
                hold.until = from + draw(0, 10) * kDaySeconds + 1;
        }
        std::set<std::int64_t> made;
        for (std::int64_t left = draw(0, 4); left > 0; --left)
            made.insert((kToday - draw(0, 60) * kDaySeconds) * 1000);
        LogRule rule{draw(0, 2) == 0 ? 0 : draw(1, 40), kToday, {}, holds, {}};
        if (draw(0, 1) == 0)
            rule.signed_records = static_cast<std::uint64_t>(draw(0, 6200));
        rule.recording = [&](std::int64_t from, std::int64_t until) {
            const auto first = made.lower_bound(from);
            return first != made.end() && *first <= until ? std::optional<std::string>("x") : std::nullopt;
        };
        const auto judged = judge_log(days, rule);
        ASSERT_EQ(judged.size(), days.size());
        std::size_t going = 0;
        for (std::size_t i = 0; i < days.size(); ++i) {
            const LogDay& day = days[i];
            const std::int64_t last = std::max(day.from_time, day.until_time) / kNano;
            const std::int64_t begin = std::min(day.from_time, day.until_time) / kNano;
            bool held = false, needed = false;
            for (const Hold& hold : holds)
                held |= (!hold.since || last >= *hold.since - kDaySeconds) &&
                        (!hold.until || begin <= *hold.until + kDaySeconds);
            for (const std::int64_t at : made)
                needed |= at / 1000 >= begin - kDaySeconds && at / 1000 <= last + kDaySeconds;
            const bool may = day.closed && rule.days != 0 && last + rule.days * kDaySeconds <= kToday &&
                             (!rule.signed_records || day.end <= *rule.signed_records) && !held && !needed;
            const bool goes = judged[i].verdict == Verdict::kDelete;
            EXPECT_TRUE(!goes || may) << i;
            EXPECT_EQ(may, goes || judged[i].verdict == Verdict::kNextRun) << i;
            going += goes ? 1 : 0;
            kept += may ? 0 : 1;
        }
        EXPECT_LE(going, kDaysPerRun);
        chosen += going;
    }
    EXPECT_GT(chosen, 1000U);  // control: something is chosen, and something is kept
    EXPECT_GT(kept, 1000U);
}

StoredRecording recording(const std::string& user, std::int64_t days_ago) {
    StoredRecording one;
    one.id = user + std::to_string(days_ago);
    one.user = user;
    one.session = static_cast<std::uint64_t>(days_ago);
    one.started_ms = (kToday - days_ago * kDaySeconds) * 1000;
    one.length_ms = 1000;
    one.state = StoredRecording::State::kEnded;
    return one;
}

std::int64_t days_for(const std::string& user) {
    return user == "for ever" ? 0 : user == "long" ? 60 : 10;
}

TEST(RecordingRule, EachGoesByTheRuleOfWhoIsShown) {
    const std::vector<StoredRecording> all{recording("for ever", 90), recording("long", 70),
                                           recording("long", 50), recording("short", 12),
                                           recording("short", 5)};
    const auto judged = judge_recordings(all, {kToday, {}, days_for});
    const std::vector<Verdict> wanted{Verdict::kForEver, Verdict::kDelete, Verdict::kYoung,
                                      Verdict::kDelete, Verdict::kYoung};
    for (std::size_t i = 0; i < all.size(); ++i)
        EXPECT_EQ(judged[i].verdict, wanted[i]) << i;
    EXPECT_EQ(judged[4].due, kToday + 5 * kDaySeconds + 1);
}

TEST(RecordingRule, WhatIsHeldOrRunsStays) {
    std::vector<StoredRecording> all{recording("a", 20), recording("b", 19), recording("a", 18)};
    all[2].state = StoredRecording::State::kOpen;
    std::vector<Hold> holds(1);
    holds[0].name = "case";
    holds[0].user = "a";
    auto judged = judge_recordings(all, {kToday, holds, days_for});
    EXPECT_EQ(judged[0].verdict, Verdict::kHeld);
    EXPECT_EQ(judged[0].by, "case");
    EXPECT_EQ(judged[1].verdict, Verdict::kDelete);
    EXPECT_EQ(judged[2].verdict, Verdict::kOpen);
    judged = judge_recordings(all, {kToday, {}, days_for});  // control
    EXPECT_EQ(judged[0].verdict, Verdict::kDelete);
}

// What a link that was taken over says of a length makes nothing old, and keeps nothing for ever.
TEST(RecordingRule, NoLengthMakesARecordingOld) {
    std::vector<StoredRecording> all(4, recording("short", 5));
    all[0].length_ms = INT64_MAX;
    all[1].length_ms = INT64_MIN;
    all[2].length_ms = -1;
    const auto judged = judge_recordings(all, {kToday, {}, days_for});
    for (const Judged& one : judged)
        EXPECT_EQ(one.verdict, Verdict::kYoung);
    EXPECT_LT(judged[0].due, kToday + 400 * kDaySeconds);
    EXPECT_EQ(judged[2].due, kToday + 5 * kDaySeconds);
}

TEST(RecordingRule, AWeekOfFoldersInOneRun) {
    std::vector<StoredRecording> all;
    for (std::int64_t days = 50; days > 20; --days)
        for (int i = 0; i < 3; ++i)
            all.push_back(recording("a", days));
    const auto judged = judge_recordings(all, {kToday, {}, days_for});
    EXPECT_EQ(how_many(judged, Verdict::kDelete), 3 * kDaysPerRun);
    EXPECT_EQ(how_many(judged, Verdict::kNextRun), all.size() - 3 * kDaysPerRun);
    EXPECT_EQ(judged[3 * kDaysPerRun].verdict, Verdict::kNextRun);
}

TEST(Clock, AJumpIsSeenAndWaitsForADay) {
    EXPECT_FALSE(jumped(60, 60));
    EXPECT_FALSE(jumped(60 + kJumpSeconds, 60));
    EXPECT_TRUE(jumped(61 + kJumpSeconds, 60));
    EXPECT_TRUE(jumped(-kJumpSeconds, 60));
    EXPECT_FALSE(gap(0, kToday));  // a new log
    EXPECT_FALSE(gap(kToday - kGapSeconds, kToday));
    EXPECT_TRUE(gap(kToday - kGapSeconds - 1, kToday));
    EXPECT_TRUE(gap(kToday + kJumpSeconds + 1, kToday));
    EXPECT_EQ(wait_until(0, kToday, false), 0);
    EXPECT_EQ(wait_until(0, kToday, true), kToday + kWaitSeconds);
    EXPECT_EQ(wait_until(kToday + 5, kToday, false), kToday + 5);
    // Stored while the clock was years ahead: it waits a day from now, not years.
    EXPECT_EQ(wait_until(kToday * 2, kToday, false), kToday + kWaitSeconds);
}

}  // namespace
}  // namespace sudare::retention

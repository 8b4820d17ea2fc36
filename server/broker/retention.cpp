// SPDX-License-Identifier: Apache-2.0
#include "server/broker/retention.h"

#include <ctime>

#include "server/base/log.h"
#include "server/broker/audit/deletion.h"
#include "server/broker/audit/render.h"
#include "server/broker/core.h"
#include "server/broker/space.h"

namespace sudare::broker {

using audit::Event;
using audit::EventType;
using audit::Field;
using retention::Judged;
using retention::LogDay;
using retention::Verdict;

namespace {

constexpr std::chrono::seconds kTick{60};
constexpr unsigned kFirstMinutes = 10;   // after a start: somebody may be putting something right
constexpr unsigned kAbsentMinutes = 10;  // how often it looks what the sweep has done
constexpr std::int64_t kBetweenRuns = 20 * 60 * 60;
constexpr std::int64_t kSweepLate = 2 * retention::kDaySeconds;
constexpr std::int64_t kNanoseconds = 1'000'000'000;

// Goes on whatever the clock is set to, also while the machine sleeps.
std::int64_t steady_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return now.tv_sec;
}

std::string today() {
    const std::tm local = local_time();
    std::array<char, 16> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d", &local)};
}

Retention::Line line_of(const LogDay& day, Judged judged) {
    return {"log", day.file, {}, day.from_time / kNanoseconds, day.until_time / kNanoseconds,
            day.bytes, std::move(judged)};
}

// Of those that are only young, or kept for ever, the first young one: what goes next.
bool worth_telling(const Judged& judged, bool& next_told) {
    if (judged.verdict == Verdict::kYoung)
        return !std::exchange(next_told, true);
    return judged.verdict != Verdict::kForEver && judged.verdict != Verdict::kOpen;
}

}  // namespace

Retention::Retention(boost::asio::io_context& loop, Core& core)
    : loop_(loop),
      core_(core),
      timer_(loop),
      wall_(std::time(nullptr)),
      steady_(steady_seconds()) {}

Result<std::unique_ptr<Retention>> Retention::create(boost::asio::io_context& loop, Core& core,
                                                     std::int64_t newest_record) {
    std::unique_ptr<Retention> made(new Retention(loop, core));
    SUDARE_TRY(made->state_, core.store().retention());
    SUDARE_CHECK(made->open_list());
    const std::int64_t now = std::time(nullptr);
    const std::int64_t until = retention::wait_until(made->state_.wait_until, now, false);
    if (std::exchange(made->state_.wait_until, until) != until) {
        SUDARE_CHECK(core.store().set_retention(made->state_));  // not a day more with each start
    }
    if (retention::gap(newest_record / kNanoseconds, now))
        made->clock_was_set("gap");
    return made;
}

void Retention::start() {
    timer_.expires_after(kTick);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (error)
            return;
        tick();
        start();
    });
}

bool Retention::waits() const {
    return std::time(nullptr) < state_.wait_until;
}

void Retention::clock_was_set(const char* cause) {
    const std::int64_t now = std::time(nullptr);
    state_.wait_until = retention::wait_until(state_.wait_until, now, true);
    if (const auto kept = core_.store().set_retention(state_); !kept)
        log_error("retention: {}", kept.error().message);
    log_warn("retention: the clock may have been set ({}); nothing is deleted for a day", cause);
    core_.record(Event{EventType::kRetentionWaits, {}}
                     .text(Field::kCause, cause)
                     .number(Field::kEnds, static_cast<std::uint64_t>(state_.wait_until)));
}

void Retention::tick() {
    const std::int64_t wall = std::time(nullptr), steady = steady_seconds();
    if (retention::jumped(wall - wall_, steady - steady_)) {
        wall_ = wall;
        steady_ = steady;
        clock_was_set("clock_set");
    }
    state_.wait_until = retention::wait_until(state_.wait_until, wall, false);
    ++minutes_;
    if (minutes_ % kAbsentMinutes == 0 && !running_)
        look_for_absent();
    if (minutes_ >= kFirstMinutes && std::exchange(space_day_, today()) != today())
        look_at_space();
    const bool due = state_.last_day != today() && (ran_ == 0 || steady - ran_ >= kBetweenRuns);
    if (minutes_ >= kFirstMinutes && !running_ && !waits() && due) {
        ran_ = steady;
        run_today(today());
    }
}

void Retention::look_at_space() {
    measure_space(loop_, core_, [this](const Result<Space>& space) {
        if (space)
            warn_of_space(core_, *space);
        else
            log_error("space: {}", space.error().message);
    });
}

// The day counts as done before anything is: whatever happens then, at most one run a day begins by
// itself.
void Retention::run_today(const std::string& day) {
    state_.last_day = day;
    if (const auto kept = core_.store().set_retention(state_); !kept)
        return log_error("retention: {}", kept.error().message);
    run([](const Result<Report>& done) {
        const std::int64_t late = std::int64_t{std::time(nullptr)} - kSweepLate;
        if (done && done->ordered > 0 && (!done->swept || static_cast<std::int64_t>(done->swept->at) < late))
            log_warn("retention: {} recordings may go, but sudare-recorder --sweep has not run for two days",
                     done->ordered);
        if (!done)
            log_error("retention: {}", done.error().message);
        else if (!done->lines.empty())
            log_info("retention: {} files of the log and recordings were deleted or put on the list",
                     done->lines.size());
    });
}

Result<Retention::Facts> Retention::facts() {
    Facts out;
    SUDARE_TRY(out.holds, core_.store().holds());
    out.log.days = core_.settings().log_days;
    out.log.now = std::time(nullptr);
    if (const auto signing = core_.signing())
        out.log.signed_records = signing->records;
    // What cannot be looked up is needed.
    out.log.recording = [this](std::int64_t from_ms, std::int64_t until_ms) {
        const auto found = core_.store().recording_between(from_ms, until_ms);
        return found ? *found : std::optional<std::string>("unknown: " + found.error().message);
    };
    return out;
}

void Retention::list_days(std::function<void(const Result<Days>&)> then) {
    core_.searcher().post([this, then = std::move(then)](const Result<search::LogFiles>& log,
                                                         search::Index*) {
        auto days = log ? retention::log_days(log->files())
                        : Result<Days>(tl::unexpected(log.error()));
        boost::asio::post(loop_, [then, days = std::move(days)] { then(days); });
    });
}

Retention::Report Retention::report() const {
    Report out;
    out.wait_until = waits() ? state_.wait_until : 0;
    out.swept = read_swept();
    out.ordered = core_.store().ordered_count().value_or(0);
    return out;
}

void Retention::look(Told told) {
    list_days([this, told = std::move(told)](const Result<Days>& days) {
        auto known = facts();
        if (!days || !known)
            return told(tl::unexpected(days ? known.error() : days.error()));
        known->log.holds = known->holds;
        const auto judged = retention::judge_log(*days, known->log);
        auto out = std::make_shared<Report>(report());
        bool next_told = false;
        for (std::size_t i = 0; i < judged.size(); ++i)
            if (worth_telling(judged[i], next_told))
                out->lines.push_back(line_of(days->at(i), judged[i]));
        gather_recordings([told, out](Result<std::vector<Line>> lines) {
            if (!lines)
                return told(tl::unexpected(lines.error()));
            bool next_recording = false;
            for (Line& line : *lines)
                if (worth_telling(line.judged, next_recording))
                    out->lines.push_back(std::move(line));
            told(std::move(*out));
        });
    });
}

void Retention::run(Told told) {
    if (running_)
        return told(fail(Errc::kState, "the rules are running already"));
    if (waits())
        return told(fail(Errc::kState,
                         "the clock may have been set; nothing is deleted before " +
                             audit::render_time(state_.wait_until * kNanoseconds) +
                             " (retention_waits in the log says why)"));
    running_ = true;
    told_ = std::move(told);
    done_ = Report{};
    days_.clear();
    list_days([this](const Result<Days>& days) {
        auto known = facts();
        if (!days || !known)
            return finish(tl::unexpected(days ? known.error() : days.error()));
        known->log.holds = known->holds;
        const auto judged = retention::judge_log(*days, known->log);
        for (std::size_t i = 0; i < judged.size(); ++i)
            if (judged[i].verdict == Verdict::kDelete)
                days_.push_back(days->at(i));
        next_day();
    });
}

void Retention::next_day() {
    if (days_.empty())
        return order_recordings();
    const LogDay day = days_.front();
    days_.pop_front();
    core_.searcher().post([this, day](const Result<search::LogFiles>& log, search::Index*) {
        auto read = log ? retention::read_for_deletion(log->files(), day.file)
                        : Result<retention::DayDeletion>(tl::unexpected(log.error()));
        boost::asio::post(loop_, [this, day, read = std::move(read)] {
            const auto done = read ? delete_day(day, *read) : tl::unexpected(read.error());
            if (!done)
                return finish(done);
            next_day();
        });
    });
}

// Since it was chosen a hold may have been placed, or the clock set: judged once more, and by what the
// segment really holds. From here to the removal nothing else runs on this thread.
Result<void> Retention::delete_day(const LogDay& day, const retention::DayDeletion& deletion) {
    SUDARE_TRY(Facts known, facts());
    known.log.holds = known.holds;
    const auto& stays = deletion.stays;
    const auto judged = retention::judge_log(std::span(&day, 1), known.log);
    if (waits() || judged.front().verdict != Verdict::kDelete || stays.range.begin() != day.first ||
        stays.range.end() != day.end ||
        retention::holder_of_days(known.holds, stays.first_time, stays.last_time) != nullptr)
        return {};
    for (const Event& again : deletion.repeats)
        core_.record(again);
    SUDARE_CHECK(core_.record_durable(
        audit::deletion_record(stays, retention::log_rule_name(known.log.days))));
    SUDARE_CHECK(audit::replace_by(core_.settings().audit_dir, stays));
    done_.lines.push_back(line_of(day, judged.front()));
    return {};
}

void Retention::finish(Result<void> outcome) {
    running_ = false;
    Report out = report();
    out.lines = std::move(done_.lines);
    done_ = Report{};
    const Told told = std::exchange(told_, nullptr);
    if (outcome)
        told(std::move(out));
    else
        told(tl::unexpected(outcome.error()));
}

}  // namespace sudare::broker

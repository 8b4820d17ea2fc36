// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "protocol/core/result.h"
#include "protocol/ipc/sweep_list.h"
#include "server/base/unique_fd.h"
#include "server/broker/retention/log_days.h"
#include "server/broker/store/store.h"

namespace sudare::broker {

class Core;

// The rules that delete (docs/decisions/0027): once a day, and when an administrator asks. What may go is
// decided by retention/rules.h; here it is done, each step recorded first. Segments of the log are read on
// the searcher's thread; all decisions, and every last look at holds, are made on the loop's.
// Recordings are not deleted here: their numbers go on a list that the sweep of sudare-recorder reads.
// Loop thread only; outlived by loop and core.
class Retention {
public:
    // Makes the list and its lock, where recording.sweep_list names one, before the sandbox is entered.
    // `newest_record`: nanoseconds, of the log as the broker before left it; 0: there was none.
    static Result<std::unique_ptr<Retention>> create(boost::asio::io_context& loop, Core& core,
                                                     std::int64_t newest_record);
    void start();

    struct Line {
        std::string kind;  // "log", "recording"
        std::string name;  // file, or number of the recording
        std::string user;  // of a recording
        std::int64_t from = 0, until = 0;  // seconds since 1970
        std::uint64_t bytes = 0;
        retention::Judged judged;
    };
    struct Report {
        std::vector<Line> lines;  // of a look: what goes now and what stays although old, and what goes
                                  // next; of a run: what went, or was put on the list
        std::int64_t wait_until = 0;   // 0: the clock is trusted
        std::size_t ordered = 0;       // recordings on the list
        std::optional<ipc::Swept> swept;  // what the sweep said last
    };
    // Called once, from the loop.
    using Told = std::function<void(const Result<Report>&)>;
    void look(Told told);
    // kState: it is running, or waits because of the clock.
    void run(Told told);
    // Takes what is held now off the list; when it returns the sweep removes it no more.
    void holds_changed();

    [[nodiscard]] bool waits() const;

private:
    Retention(boost::asio::io_context& loop, Core& core);
    using Days = std::vector<retention::LogDay>;
    struct Facts {
        std::vector<store::Hold> holds;
        retention::LogRule log;
    };
    struct Gathering;  // recordings to judge, user by user
    using Gathered = std::function<void(Result<std::vector<Line>>)>;

    Result<Facts> facts();
    void list_days(std::function<void(const Result<Days>&)> then);
    void gather_recordings(Gathered then);
    void gather_some(const std::shared_ptr<Gathering>& state);
    Result<std::int64_t> days_of(const std::string& user);

    // A run: the days of the log one by one, then the recordings, then what the sweep has done.
    void next_day();
    Result<void> delete_day(const retention::LogDay& day, const retention::DayDeletion& deletion);
    void order_recordings();
    void order_some(std::deque<Line> left);
    void finish(Result<void> outcome);

    Result<void> open_list();
    Result<void> write_list();
    void look_for_absent();
    Result<bool> note_absent(const std::vector<store::OrderedRecording>& orders);
    [[nodiscard]] std::optional<ipc::Swept> read_swept() const;
    [[nodiscard]] Report report() const;

    void tick();
    void clock_was_set(const char* cause);
    void run_today(const std::string& today);
    void look_at_space();

    boost::asio::io_context& loop_;
    Core& core_;
    boost::asio::steady_timer timer_;
    store::RetentionState state_;
    // Seconds, at the start or when the clock was last seen to be set: also what creeps adds up.
    std::int64_t wall_ = 0, steady_ = 0;
    std::int64_t ran_ = 0;  // steady, of the last run by itself; 0: none
    unsigned minutes_ = 0;
    std::string space_day_;  // on which it was looked at last
    UniqueFd lock_;

    bool running_ = false;
    Told told_;
    Report done_;
    std::deque<retention::LogDay> days_;
};

}  // namespace sudare::broker

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "server/broker/evidence/search.h"

// The one thread that keeps the index and searches, at the lowest priority. It only reads the log, so
// that nothing it does, and nothing that becomes of it, holds up the writer.
namespace sudare::search {

class Worker {
public:
    struct Settings {
        std::string log;    // directory
        std::string index;  // directory; made when absent
    };
    // `end` is asked on the worker's thread, as is `on_fault` (what was wrong with the index).
    Worker(Settings settings, std::function<LogEnd()> end,
           std::function<void(const std::string&)> on_fault);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // Runs on the worker's thread, between two blocks of the index. index: null when it cannot be
    // used. Any thread.
    using Job = std::function<void(const Result<LogFiles>& log, Index* index)>;
    void post(Job job);

    [[nodiscard]] std::uint64_t indexed() const;  // records

private:
    void run();
    [[nodiscard]] std::optional<Job> wait(bool more);
    bool follow();

    Settings settings_;
    std::function<LogEnd()> end_;
    std::function<void(const std::string&)> on_fault_;
    std::optional<Index> index_;  // worker's thread only
    std::string said_;            // the last trouble that was logged
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> jobs_;
    bool stopping_ = false;
    std::uint64_t indexed_ = 0;
    std::thread thread_;
};

}  // namespace sudare::search

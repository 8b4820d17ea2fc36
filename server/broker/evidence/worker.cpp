// SPDX-License-Identifier: Apache-2.0
#include "server/broker/evidence/worker.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>
#include <future>

#include "server/base/log.h"

namespace sudare::search {
namespace {

constexpr int kLowest = 19;
// The newest records are read from the log anyway: nothing waits for this.
constexpr std::chrono::seconds kPoll{2};

}  // namespace

Worker::Worker(Settings settings, std::function<LogEnd()> end,
               std::function<void(const std::string&)> on_fault)
    : settings_(std::move(settings)), end_(std::move(end)), on_fault_(std::move(on_fault)) {
    std::promise<void> lowered;
    const std::future<void> ready = lowered.get_future();
    thread_ = std::thread([this, lowered = std::move(lowered)]() mutable {
        // Linux: of this thread alone. The sandbox, which comes later, does not know the call.
        (void)::setpriority(PRIO_PROCESS, 0, kLowest);
        if (::mkdir(settings_.index.c_str(), 0700) != 0 && errno != EEXIST)
            log_warn("no index: mkdir {}: errno {}", settings_.index, errno);
        lowered.set_value();
        run();
    });
    ready.wait();
}

Worker::~Worker() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Worker::post(Job job) {
    {
        const std::lock_guard lock(mutex_);
        jobs_.push_back(std::move(job));
    }
    changed_.notify_all();
}

std::uint64_t Worker::indexed() const {
    const std::lock_guard lock(mutex_);
    return indexed_;
}

// nullopt: it is time to follow the log, or to stop.
std::optional<Worker::Job> Worker::wait(bool more) {
    std::unique_lock lock(mutex_);
    if (!more)
        changed_.wait_for(lock, kPoll, [this] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty() || stopping_)
        return std::nullopt;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    return job;
}

// One block. True: there is more.
bool Worker::follow() {
    const auto go = [this]() -> Result<bool> {
        if (!index_) {
            SUDARE_TRY(index_, Index::open(settings_.index));
        }
        const LogEnd end = end_();
        SUDARE_TRY(const LogFiles log, LogFiles::open(settings_.log));
        return index_->follow(log, end, 1);
    };
    const auto more = go();
    const std::string trouble = more ? "" : more.error().message;
    if (!trouble.empty() && trouble != said_)
        log_warn("index: {}", trouble);
    said_ = trouble;
    if (index_)
        if (const std::string fault = index_->take_fault(); !fault.empty())
            on_fault_(fault);
    const std::lock_guard lock(mutex_);
    indexed_ = index_ ? index_->records() : 0;
    return more && *more;
}

void Worker::run() {
    auto followed = std::chrono::steady_clock::now();
    for (bool more = true;;) {
        const auto job = wait(more);
        {
            const std::lock_guard lock(mutex_);
            if (stopping_)
                return;
        }
        if (job)
            (*job)(LogFiles::open(settings_.log), index_ ? &*index_ : nullptr);
        // Searches without end do not keep what was deleted by rule in the index.
        if (!job || std::chrono::steady_clock::now() - followed >= kPoll) {
            more = follow();
            followed = std::chrono::steady_clock::now();
        }
    }
}

}  // namespace sudare::search

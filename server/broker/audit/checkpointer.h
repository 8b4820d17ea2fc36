// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "protocol/evidence/merkle.h"
#include "protocol/evidence/segments.h"
#include "server/broker/audit/log.h"
#include "server/broker/audit/signer_client.h"

// Has what is on the disk signed, once a second while there is something new, and at the end. It
// reads the records back from the files: what is signed is what stands there, not what the writer
// meant. Beside the log it keeps
//   checkpoint   the newest signed note, replaced whole
//   checkpoints  older ones, at most one a minute, appended, each followed by an empty line
// A thread of its own; neither the loop nor the writer ever waits for it.
namespace sudare::audit {

class Checkpointer {
public:
    struct Settings {
        std::string directory;               // of the log
        std::string socket;                  // of sudare-signer
        std::chrono::seconds overdue{300};   // unsigned for so long: an alarm
        std::chrono::seconds heartbeat{60};  // nothing recorded for so long: quiet() is called
    };
    struct Status {
        bool alarm = false;
        std::string
            cause;  // why the newest records are not signed; empty: they are, or soon will be
        std::uint64_t records = 0;  // signed
        std::chrono::seconds unsigned_for{0};
    };
    // On the checkpointer's thread.
    struct Callbacks {
        std::function<void(const Status&)> changed;  // alarm went on or off
        std::function<void()> quiet;
    };

    Checkpointer(const Log& log, Settings settings, Callbacks callbacks);
    // Signs what is there, if the signer answers, and ends.
    ~Checkpointer();
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;

    [[nodiscard]] Status status() const;

private:
    using Clock = std::chrono::steady_clock;
    void run();
    // Signs up to what is on the disk. An empty text: done; else the cause.
    std::string pass(bool final);
    std::string sign(std::uint64_t size, bool final);
    // The two ranges of the tree up to `size`, with the border where the signer's last checkpoint
    // is.
    std::string catch_up(const ipc::SignerLast& last, std::uint64_t size);
    std::string read_to(std::uint64_t border, std::uint64_t size);
    Result<void> keep(const std::string& note, bool final);
    // A note that a crash left unfinished at the end of `checkpoints`: set aside, so that the next
    // one does not continue it.
    Result<void> mend_history();
    void judge(const std::string& cause);
    void watch_quiet();

    const Log& log_;
    const Settings settings_;
    Callbacks callbacks_;
    SignerClient client_;
    evidence::LogPlace place_;
    evidence::CompactRange old_;    // what the signer has signed
    evidence::CompactRange grown_;  // what came since
    bool in_step_ = false;          // old_ is what the signer signed last
    std::uint64_t signed_ = 0;
    Clock::time_point signed_at_ = Clock::now();  // all that was there then is signed
    std::optional<Clock::time_point> kept_at_;    // in `checkpoints`
    bool mended_ = false;
    std::int64_t quiet_told_ = 0;  // time of the record after which quiet() was called

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Status status_{false, "starting", 0, {}};
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace sudare::audit

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "protocol/core/result.h"
#include "server/base/unique_fd.h"
#include "server/broker/audit/anchor.h"
#include "server/broker/audit/reader.h"
#include "server/broker/audit/record.h"

// The one writer of the audit log. Records get index, time and chain on the caller's thread; a
// thread of its own writes them with O_APPEND and makes them durable with fdatasync, all that
// arrived meanwhile in one go (group commit: while one group is on its way to the disk, the next
// gathers; nothing waits on a timer).
//
// Each group is anchored (anchor.h) before it counts as durable. Also a file that was removed or cut
// while it is open is noticed by the next group.
//
// Fails closed: after the first failed write nothing is accepted any more until the program is
// started again, and on_failure is called once, on the writer's thread.
//
// append and append_durable: one thread only (the broker's loop).
namespace sudare::audit {

// Waiting bytes at most. A disk slower than this for long is as good as none.
inline constexpr std::size_t kPendingBytesMax = 8U << 20;
// What a crash can leave behind the last whole record: at most what was waiting.
inline constexpr std::uint64_t kTornTailMax = kPendingBytesMax;

class Log {
public:
    struct Recovery {
        std::string file;  // empty: nothing was torn
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
    };

    // Opens or makes the log in this directory; locks it against a second writer. A torn tail is
    // copied to <segment>.torn-<offset>-<time>, made durable there, and only then cut off. Damage
    // that is no torn tail, and a log that does not reach its anchor, is kBadInput: the file is
    // evidence and stays as it is.
    static Result<std::unique_ptr<Log>> open(const std::string& directory, Anchoring anchoring,
                                             std::function<void()> on_failure);
    ~Log();  // writes what is pending
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    // Queues. kUnavailable: the log has failed or its queue is full.
    Result<void> append(const Event& event);
    // Returns when the record, and all before it, are on the disk.
    Result<void> append_durable(const Event& event);

    // Waits until all that was appended is on the disk, or the log has failed.
    void flush();

    [[nodiscard]] bool failed() const;
    [[nodiscard]] const Recovery& recovery() const { return recovery_; }
    // Set when the log did not reach its anchor and that was to be accepted.
    [[nodiscard]] const std::optional<Loss>& loss() const { return loss_; }
    // How far the file is known to be on the disk.
    [[nodiscard]] Position durable() const;
    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::uint64_t next_index() const { return position_.next_index; }

private:
    Log(std::string path, UniqueFd fd, Position position, Anchoring anchoring,
        std::function<void()> on_failure);
    Result<void> chain(Event event, std::int64_t now);
    Result<void> enqueue(std::span<const std::uint8_t> bytes, const Position& after);
    void run();
    Result<void> write_group(const std::vector<std::uint8_t>& group, const Position& after);

    const std::string path_;
    UniqueFd fd_;
    Position position_;  // of the newest record queued
    Recovery recovery_;
    std::optional<Loss> loss_;
    Anchoring anchoring_;
    std::function<void()> on_failure_;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::uint8_t> pending_;
    Position queued_;   // after the newest record handed in
    Position durable_;  // after the newest record on the disk
    bool failed_ = false;
    bool stopping_ = false;
    std::thread writer_;
};

}  // namespace sudare::audit

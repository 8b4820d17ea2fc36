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
#include "server/broker/audit/recovery.h"

// The one writer of the audit log. Records get index, time and chain on the caller's thread; a
// thread of its own writes them with O_APPEND and makes them durable with fdatasync, all that
// arrived meanwhile in one go (group commit: while one group is on its way to the disk, the next
// gathers; nothing waits on a timer).
//
// The log is a directory of segments (protocol/evidence/segments.h), one per day of the broker's
// local time: a record of another day than the segment's first begins a new one. A closed segment
// loses its right to be written and is never written again. A log of one file, as older versions
// wrote it, is the first segment.
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
static_assert(kTornTailMax >= kPendingBytesMax);

class Log {
public:
    // Nanoseconds since 1970, and the day that a moment is in: any number that differs from day to
    // day. Tests have their own.
    struct Clock {
        std::function<std::int64_t()> now;
        std::function<std::int64_t(std::int64_t)> day;
    };
    static Clock system_clock();

    // Opens or makes the log in this directory; locks it against a second writer. A torn tail is
    // copied to <segment>.torn-<offset>-<time>, made durable there, and only then cut off. Damage
    // that is no torn tail, and a log that does not reach its anchor, is kBadInput: the file is
    // evidence and stays as it is.
    static Result<std::unique_ptr<Log>> open(const std::string& directory, Anchoring anchoring,
                                             std::function<void()> on_failure,
                                             Clock clock = system_clock());
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
    // Of all records that open() found.
    [[nodiscard]] const GivenNumbers& numbers() const { return numbers_; }
    // How far the file is known to be on the disk.
    [[nodiscard]] Position durable() const;
    // The end of what was appended; on the disk when an append_durable() after it has returned.
    [[nodiscard]] const Position& appended() const { return position_; }
    [[nodiscard]] const std::string& directory() const { return directory_; }
    [[nodiscard]] std::uint64_t next_index() const { return position_.next_index; }

private:
    // Bytes of one segment on their way to the disk.
    struct Piece {
        std::optional<std::uint64_t> begins;  // a new segment, with this record
        std::vector<std::uint8_t> bytes;
        Position after;
    };

    Log(std::string directory, UniqueFd directory_fd, UniqueFd segment, Found found,
        Anchoring anchoring, std::function<void()> on_failure, Clock clock);
    Result<void> chain(Event event, std::int64_t now);
    Result<void> enqueue(std::span<const std::uint8_t> bytes, const Position& after, bool begins);
    void run();
    Result<void> write_piece(const Piece& piece);
    Result<void> begin_segment(std::uint64_t first);
    void share_segment();

    const std::string directory_;
    const UniqueFd directory_fd_;  // has the lock
    UniqueFd segment_;             // the writer's thread only
    const Clock clock_;
    Position position_;  // of the newest record queued
    // Of the segment that the newest record is in; nullopt: the next record begins one.
    std::optional<std::int64_t> day_;
    Recovery recovery_;
    std::optional<Loss> loss_;
    const GivenNumbers numbers_;
    Anchoring anchoring_;
    std::function<void()> on_failure_;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Piece> pending_;
    std::size_t pending_bytes_ = 0;
    Position queued_;   // after the newest record handed in
    Position durable_;  // after the newest record on the disk
    bool failed_ = false;
    bool stopping_ = false;
    std::thread writer_;
};

}  // namespace sudare::audit

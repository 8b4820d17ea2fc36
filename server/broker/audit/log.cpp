// SPDX-License-Identifier: Apache-2.0
#include "server/broker/audit/log.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <chrono>
#include <ctime>

#include "server/base/log.h"
#include "server/base/unix_socket.h"
#include "server/broker/audit/readers.h"

namespace sudare::audit {
namespace {

std::int64_t now_nanoseconds() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

// Days of the office: nobody works when a segment ends, and "the log of 25 November" is one file.
std::int64_t local_day(std::int64_t nanoseconds) {
    const auto time = static_cast<std::time_t>(nanoseconds / 1'000'000'000);
    std::tm parts{};
    ::localtime_r(&time, &parts);
    return std::int64_t{parts.tm_year} * 366 + parts.tm_yday;
}

}  // namespace

Log::Clock Log::system_clock() {
    return {now_nanoseconds, local_day};
}

Result<std::unique_ptr<Log>> Log::open(const std::string& directory, Anchoring anchoring,
                                       std::function<void()> on_failure, Clock clock) {
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
        return fail_errno(("mkdir " + directory).c_str());
    UniqueFd directory_fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory_fd)
        return fail_errno(("open " + directory).c_str());
    if (::flock(directory_fd.get(), LOCK_EX | LOCK_NB) != 0)
        return fail(Errc::kState, "audit log \"" + directory + "\" has a writer already");
    SUDARE_TRY(Found found, judge(directory, anchoring));
    SUDARE_CHECK(make_ready(directory, directory_fd.get(), found));
    UniqueFd segment;
    if (!found.segment.empty()) {
        segment = UniqueFd(
            ::open(found.segment.c_str(), O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC));
        if (!segment)
            return fail_errno(("open " + found.segment).c_str());
    }
    return std::unique_ptr<Log>(new Log(directory, std::move(directory_fd), std::move(segment),
                                        std::move(found), std::move(anchoring),
                                        std::move(on_failure), std::move(clock)));
}

Log::Log(std::string directory, UniqueFd directory_fd, UniqueFd segment, Found found,
         Anchoring anchoring, std::function<void()> on_failure, Clock clock)
    : directory_(std::move(directory)),
      directory_fd_(std::move(directory_fd)),
      segment_(std::move(segment)),
      clock_(std::move(clock)),
      position_(found.position),
      recovery_(std::move(found.torn)),
      loss_(std::move(found.loss)),
      numbers_(found.numbers),
      anchoring_(std::move(anchoring)),
      on_failure_(std::move(on_failure)),
      queued_(position_),
      durable_(position_) {
    if (segment_)
        day_ = clock_.day(found.segment_time);
    writer_ = std::thread([this] { run(); });
}

Log::~Log() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    writer_.join();
}

bool Log::failed() const {
    const std::lock_guard lock(mutex_);
    return failed_;
}

Position Log::durable() const {
    const std::lock_guard lock(mutex_);
    return durable_;
}

Result<void> Log::append(const Event& event) {
    // A clock that was set back is itself a fact: the order of the records stays, the times jump. One
    // reading for both records: between two the clock could be set once more.
    const std::int64_t now = clock_.now();
    if (now < position_.last_time)
        SUDARE_CHECK(chain(Event{EventType::kClockBack, {}}.number(
                               Field::kTimeBefore, static_cast<std::uint64_t>(position_.last_time)),
                           now));
    return chain(event, now);
}

Result<void> Log::chain(Event event, std::int64_t now) {
    Record record{position_.next_index, now, position_.last_hash, std::move(event)};
    SUDARE_TRY(const std::vector<std::uint8_t> bytes, encode(record));
    const std::vector<std::uint8_t> framed = frame(bytes);
    const std::int64_t day = clock_.day(now);
    // An empty segment, which a crash may leave, takes whatever day comes.
    const bool begins = !day_ || (day != *day_ && position_.offset != 0);
    Position after{record.index + 1, record.time, leaf_hash(bytes), position_.segment,
                   position_.offset + framed.size(), true};
    if (begins) {
        after.segment = record.index;
        after.offset = framed.size();
    }
    SUDARE_CHECK(enqueue(framed, after, begins));
    if (begins || position_.offset == 0)
        day_ = day;
    position_ = after;
    return {};
}

Result<void> Log::enqueue(std::span<const std::uint8_t> bytes, const Position& after,
                          bool begins) {
    {
        const std::lock_guard lock(mutex_);
        if (failed_ || pending_bytes_ + bytes.size() > kPendingBytesMax)
            return fail(Errc::kUnavailable, "the audit log cannot be written");
        if (begins)
            pending_.push_back({after.segment, {}, {}});
        else if (pending_.empty())
            pending_.emplace_back();
        Piece& last = pending_.back();
        last.bytes.insert(last.bytes.end(), bytes.begin(), bytes.end());
        last.after = after;
        pending_bytes_ += bytes.size();
        queued_ = after;
    }
    changed_.notify_all();
    return {};
}

Result<void> Log::append_durable(const Event& event) {
    SUDARE_CHECK(append(event));
    std::unique_lock lock(mutex_);
    const std::uint64_t mine = queued_.next_index;
    changed_.wait(lock, [&] { return failed_ || durable_.next_index >= mine; });
    if (durable_.next_index < mine)
        return fail(Errc::kUnavailable, "the audit log cannot be written");
    return {};
}

void Log::flush() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return failed_ || durable_.next_index >= queued_.next_index; });
}

void Log::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [&] { return stopping_ || !pending_.empty(); });
        if (pending_.empty())
            return;
        std::vector<Piece> group;
        group.swap(pending_);
        pending_bytes_ = 0;
        for (const Piece& piece : group) {
            lock.unlock();
            const Result<void> written = write_piece(piece);
            lock.lock();
            if (written) {
                durable_ = piece.after;
                changed_.notify_all();
                continue;
            }
            log_error("audit log: {}", written.error().message);
            failed_ = true;
            pending_.clear();
            changed_.notify_all();
            lock.unlock();
            if (on_failure_)
                on_failure_();
            return;
        }
    }
}

// All that was written to the segment before is durable: each piece is, before the next begins.
Result<void> Log::begin_segment(std::uint64_t first) {
    if (segment_ && ::fchmod(segment_.get(), 0400) != 0)
        return fail_errno("fchmod closed segment");
    share_segment();
    const std::string name = evidence::segment_name(first);
    segment_ = UniqueFd(::openat(directory_fd_.get(), name.c_str(),
                                 O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!segment_)
        return fail_errno(("create " + name).c_str());
    share_segment();
    if (::fsync(directory_fd_.get()) != 0)
        return fail_errno(("fsync " + directory_).c_str());
    return {};
}

// That nobody else can read it is no reason to stop recording.
void Log::share_segment() {
    const auto shared = segment_ ? share(directory_fd_.get(), segment_.get()) : Result<void>();
    if (!shared)
        log_warn("the group of {} may not read its newest file: {}", directory_, shared.error().message);
}

Result<void> Log::write_piece(const Piece& piece) {
    if (piece.begins) {
        SUDARE_CHECK(begin_segment(*piece.begins));
    }
    SUDARE_CHECK(write_all(segment_.get(), piece.bytes));
    if (::fdatasync(segment_.get()) != 0)
        return fail_errno("fdatasync");
    struct stat info {};
    if (::fstat(segment_.get(), &info) != 0)
        return fail_errno("fstat");
    if (info.st_nlink == 0 || static_cast<std::uint64_t>(info.st_size) != piece.after.offset)
        return fail(Errc::kState, info.st_nlink == 0 ? "the file was removed"
                                                     : "somebody else changed the file's length");
    return anchoring_.save(Anchor{piece.after.next_index, piece.after.last_hash});
}

}  // namespace sudare::audit

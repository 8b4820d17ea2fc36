// SPDX-License-Identifier: Apache-2.0
#include "server/broker/audit/log.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>

#include "server/base/log.h"
#include "server/base/unix_socket.h"

namespace sudare::audit {
namespace {

std::int64_t now_nanoseconds() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

Result<void> sync_directory(const std::string& directory) {
    UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd || ::fsync(fd.get()) != 0)
        return fail_errno(("fsync " + directory).c_str());
    return {};
}

Result<std::uint64_t> size_of(int fd) {
    struct stat info {};
    if (::fstat(fd, &info) != 0)
        return fail_errno("fstat audit log");
    return static_cast<std::uint64_t>(info.st_size);
}

// Copies [offset, size) of the log to a new file beside it, durably.
Result<void> set_aside(int log, const Log::Recovery& torn) {
    std::vector<std::uint8_t> bytes(torn.size);
    const ssize_t got = ::pread(log, bytes.data(), bytes.size(), static_cast<off_t>(torn.offset));
    if (got < 0 || static_cast<std::uint64_t>(got) != torn.size)
        return fail_errno("pread torn tail");
    UniqueFd copy(::open(torn.file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!copy)
        return fail_errno(("create " + torn.file).c_str());
    SUDARE_CHECK(write_all(copy.get(), bytes));
    if (::fsync(copy.get()) != 0)
        return fail_errno(("fsync " + torn.file).c_str());
    return {};
}

// An all-zero stretch is a torn tail too (blocks allocated, data never written), but a whole
// record after the break means that the middle was damaged: no crash does that to an append.
bool record_follows(int log, std::uint64_t offset, std::uint64_t size) {
    std::vector<std::uint8_t> bytes(size);
    const ssize_t got = ::pread(log, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    const std::span<const std::uint8_t> tail(bytes.data(),
                                             got > 0 ? static_cast<std::size_t>(got) : 0);
    for (std::size_t at = 1; at < tail.size(); ++at)
        if (const auto frame = unframe(tail.subspan(at)); frame && decode(frame->record))
            return true;
    return false;
}

Result<Log::Recovery> recover(const std::string& directory, const std::string& path, int fd,
                              const Position& position) {
    Log::Recovery torn;
    SUDARE_TRY(const std::uint64_t size, size_of(fd));
    if (size <= position.offset)
        return torn;
    torn.offset = position.offset;
    torn.size = size - position.offset;
    if (torn.size > kTornTailMax || record_follows(fd, torn.offset, torn.size))
        return fail(Errc::kBadInput,
                    "audit log \"" + path + "\" is damaged at byte " + std::to_string(torn.offset) +
                        " and this is no torn tail: keep the file as evidence, move it away, then "
                        "start again");
    torn.file =
        path + ".torn-" + std::to_string(torn.offset) + "-" + std::to_string(now_nanoseconds());
    SUDARE_CHECK(set_aside(fd, torn));
    SUDARE_CHECK(sync_directory(directory));
    if (::ftruncate(fd, static_cast<off_t>(torn.offset)) != 0 || ::fsync(fd) != 0)
        return fail_errno("ftruncate audit log");
    return torn;
}

}  // namespace

Result<std::unique_ptr<Log>> Log::open(const std::string& directory,
                                       std::function<void()> on_failure) {
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
        return fail_errno(("mkdir " + directory).c_str());
    const std::string path = directory + kFirstSegment;
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd)
        return fail_errno(("open " + path).c_str());
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
        return fail(Errc::kState, "audit log \"" + path + "\" has a writer already");
    SUDARE_CHECK(sync_directory(directory));
    SUDARE_TRY(const Position position,
               LogReader(path).read({}, [](const Record&) { return true; }));
    SUDARE_TRY(Recovery recovery, recover(directory, path, fd.get(), position));
    std::unique_ptr<Log> log(new Log(path, std::move(fd), position, std::move(on_failure)));
    log->recovery_ = std::move(recovery);
    return log;
}

Log::Log(std::string path, UniqueFd fd, Position position, std::function<void()> on_failure)
    : path_(std::move(path)),
      fd_(std::move(fd)),
      position_(position),
      on_failure_(std::move(on_failure)),
      writer_([this] { run(); }) {}

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

Result<void> Log::append(const Event& event) {
    // A clock that was set back is itself a fact: the order of the records stays, the times jump.
    if (const std::int64_t now = now_nanoseconds(); now < position_.last_time)
        SUDARE_CHECK(chain(Event{EventType::kClockBack, {}}.number(
            Field::kTimeBefore, static_cast<std::uint64_t>(position_.last_time))));
    return chain(event);
}

Result<void> Log::chain(Event event) {
    Record record{position_.next_index, now_nanoseconds(), position_.last_hash, std::move(event)};
    SUDARE_TRY(const std::vector<std::uint8_t> bytes, encode(record));
    std::vector<std::uint8_t> framed = frame(bytes);
    const std::uint64_t offset = position_.offset + framed.size();
    SUDARE_CHECK(enqueue(std::move(framed)));
    position_ = {record.index + 1, record.time, leaf_hash(bytes), offset};
    return {};
}

Result<void> Log::enqueue(std::vector<std::uint8_t> bytes) {
    {
        const std::lock_guard lock(mutex_);
        if (failed_ || pending_.size() + bytes.size() > kPendingBytesMax)
            return fail(Errc::kUnavailable, "the audit log cannot be written");
        pending_.insert(pending_.end(), bytes.begin(), bytes.end());
        ++queued_;
    }
    changed_.notify_all();
    return {};
}

Result<void> Log::append_durable(const Event& event) {
    SUDARE_CHECK(append(event));
    std::unique_lock lock(mutex_);
    const std::uint64_t mine = queued_;
    changed_.wait(lock, [&] { return failed_ || durable_ >= mine; });
    if (durable_ < mine)
        return fail(Errc::kUnavailable, "the audit log cannot be written");
    return {};
}

void Log::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [&] { return stopping_ || !pending_.empty(); });
        if (pending_.empty())
            return;
        std::vector<std::uint8_t> group;
        group.swap(pending_);
        const std::uint64_t upto = queued_;
        lock.unlock();
        const bool written = write_group(group);
        lock.lock();
        if (written) {
            durable_ = upto;
        } else {
            failed_ = true;
            pending_.clear();
        }
        changed_.notify_all();
        if (!written) {
            lock.unlock();
            if (on_failure_)
                on_failure_();
            return;
        }
    }
}

bool Log::write_group(const std::vector<std::uint8_t>& group) {
    const auto written = write_all(fd_.get(), group);
    if (!written || ::fdatasync(fd_.get()) != 0) {
        log_error("audit log: {}",
                  written ? std::string("fdatasync failed") : written.error().message);
        return false;
    }
    return true;
}

}  // namespace sudare::audit

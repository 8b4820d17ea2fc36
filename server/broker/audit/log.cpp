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

// An all-zero stretch is a torn tail too (blocks allocated, data never written). Without an anchor a whole
// record after the break is taken for damage in the middle.
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

// What stands behind the last whole record. When that is as far as the anchor, nobody was answered for
// what follows, and a disk that wrote the blocks of the last group in another order may have left whole
// records behind a hole.
Result<Log::Recovery> find_torn(const std::string& path, int fd, const Position& position,
                                bool anchored) {
    Log::Recovery torn;
    SUDARE_TRY(const std::uint64_t size, size_of(fd));
    if (size <= position.offset)
        return torn;
    torn.offset = position.offset;
    torn.size = size - position.offset;
    if (torn.size > kTornTailMax || (!anchored && record_follows(fd, torn.offset, torn.size)))
        return fail(Errc::kBadInput, "audit log is damaged at record " +
                                         std::to_string(position.next_index) + ", byte " +
                                         std::to_string(torn.offset) +
                                         ": no torn tail, records follow");
    torn.file =
        path + ".torn-" + std::to_string(torn.offset) + "-" + std::to_string(now_nanoseconds());
    return torn;
}

Result<void> set_torn_aside(const std::string& directory, int fd, const Log::Recovery& torn) {
    SUDARE_CHECK(set_aside(fd, torn));
    SUDARE_CHECK(sync_directory(directory));
    if (::ftruncate(fd, static_cast<off_t>(torn.offset)) != 0 || ::fsync(fd) != 0)
        return fail_errno("ftruncate audit log");
    return {};
}

// The file as it is, judged and not touched.
struct Found {
    Position position;  // after the last whole record
    Log::Recovery torn;
    std::optional<Loss> loss;
};

Result<Found> judge(const std::string& path, int fd, const std::optional<Anchor>& anchor) {
    Found found;
    bool same = true;
    SUDARE_TRY(found.position, LogReader(path).read({}, [&](const Record& record) {
        same = same && (!anchor || record.index != anchor->records ||
                        record.previous == anchor->last_hash);
        return true;
    }));
    const std::uint64_t records = found.position.next_index;
    const bool anchored = anchor && anchor->records != 0 && records >= anchor->records;
    SUDARE_TRY(found.torn, find_torn(path, fd, found.position, anchored));
    if (!anchor || anchor->records == 0)
        return found;
    if (records == anchor->records)
        same = found.position.last_hash == anchor->last_hash;
    if (records < anchor->records)
        found.loss = Loss{records == 0 ? "missing" : "shorter", *anchor, records};
    else if (!same)
        found.loss = Loss{"another", *anchor, records};
    return found;
}

std::string hex(const Hash& hash) {
    std::string out;
    for (const std::uint8_t byte : hash)
        out += fmt::format("{:02x}", byte);
    return out;
}

// What is wrong, and what to do. The loss itself must become a record.
Error refusal(const std::string& path, const std::string& what) {
    return {Errc::kBadInput,
            "audit log \"" + path + "\": " + what +
                ". No session starts on it. Put its newest copy back; when there is none, keep "
                "what is there as evidence (move a damaged file away), then run once, as the "
                "broker's user: sudare-broker --config FILE --accept-log-loss"};
}

std::string describe(const Loss& loss) {
    const std::string known = std::to_string(loss.anchor.records) +
                              " records were on the disk, the last with hash " +
                              hex(loss.anchor.last_hash);
    if (loss.cause == "missing")
        return "it is missing or empty: " + known;
    if (loss.cause == "shorter")
        return "it holds " + std::to_string(loss.records) + " whole records, but " + known;
    return "it is another log or was changed: " + known + ", and that record is not in it";
}

}  // namespace

Result<std::unique_ptr<Log>> Log::open(const std::string& directory, Anchoring anchoring,
                                       std::function<void()> on_failure) {
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
        return fail_errno(("mkdir " + directory).c_str());
    const std::string path = directory + kFirstSegment;
    const std::optional<Anchor>& anchor = anchoring.known;
    // What should be there is not made anew.
    const bool may_make = !anchor || anchor->records == 0 || anchoring.accept_loss;
    UniqueFd fd(::open(path.c_str(),
                       O_RDWR | O_APPEND | (may_make ? O_CREAT : 0) | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd && errno == ENOENT && !may_make)
        return tl::unexpected(refusal(path, describe(Loss{"missing", *anchor, 0})));
    if (!fd)
        return fail_errno(("open " + path).c_str());
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
        return fail(Errc::kState, "audit log \"" + path + "\" has a writer already");
    SUDARE_CHECK(sync_directory(directory));
    auto found = judge(path, fd.get(), anchoring.known);
    if (!found && found.error().code == Errc::kBadInput)
        return tl::unexpected(refusal(path, found.error().message));
    if (!found)
        return tl::unexpected(found.error());
    if (found->loss && !anchoring.accept_loss)
        return tl::unexpected(refusal(path, describe(*found->loss)));
    if (!found->torn.file.empty())
        SUDARE_CHECK(set_torn_aside(directory, fd.get(), found->torn));
    std::unique_ptr<Log> log(new Log(path, std::move(fd), found->position, std::move(anchoring),
                                     std::move(on_failure)));
    log->recovery_ = std::move(found->torn);
    log->loss_ = std::move(found->loss);
    return log;
}

Log::Log(std::string path, UniqueFd fd, Position position, Anchoring anchoring,
         std::function<void()> on_failure)
    : path_(std::move(path)),
      fd_(std::move(fd)),
      position_(position),
      anchoring_(std::move(anchoring)),
      on_failure_(std::move(on_failure)),
      queued_(position),
      durable_(position),
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

Position Log::durable() const {
    const std::lock_guard lock(mutex_);
    return durable_;
}

Result<void> Log::append(const Event& event) {
    // A clock that was set back is itself a fact: the order of the records stays, the times jump. One
    // reading for both records: between two the clock could be set once more.
    const std::int64_t now = now_nanoseconds();
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
    const Position after{record.index + 1, record.time, leaf_hash(bytes),
                         position_.offset + framed.size()};
    SUDARE_CHECK(enqueue(framed, after));
    position_ = after;
    return {};
}

Result<void> Log::enqueue(std::span<const std::uint8_t> bytes, const Position& after) {
    {
        const std::lock_guard lock(mutex_);
        if (failed_ || pending_.size() + bytes.size() > kPendingBytesMax)
            return fail(Errc::kUnavailable, "the audit log cannot be written");
        pending_.insert(pending_.end(), bytes.begin(), bytes.end());
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
        std::vector<std::uint8_t> group;
        group.swap(pending_);
        const Position after = queued_;
        lock.unlock();
        const Result<void> written = write_group(group, after);
        lock.lock();
        if (written) {
            durable_ = after;
        } else {
            log_error("audit log: {}", written.error().message);
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

Result<void> Log::write_group(const std::vector<std::uint8_t>& group, const Position& after) {
    SUDARE_CHECK(write_all(fd_.get(), group));
    if (::fdatasync(fd_.get()) != 0)
        return fail_errno("fdatasync");
    struct stat info {};
    if (::fstat(fd_.get(), &info) != 0)
        return fail_errno("fstat");
    if (info.st_nlink == 0 || static_cast<std::uint64_t>(info.st_size) != after.offset)
        return fail(Errc::kState, info.st_nlink == 0 ? "the file was removed"
                                                     : "somebody else changed the file's length");
    return anchoring_.save(Anchor{after.next_index, after.last_hash});
}

}  // namespace sudare::audit

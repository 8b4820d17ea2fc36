// SPDX-License-Identifier: Apache-2.0
#include "server/broker/audit/recovery.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <set>

#include "server/base/log.h"
#include "server/base/unique_fd.h"
#include "server/base/unix_socket.h"
#include "server/broker/audit/deletion.h"

namespace sudare::audit {
namespace {

// Copies [offset, size) of the segment to a new file beside it, durably.
Result<void> set_aside(int segment, const Recovery& torn) {
    std::vector<std::uint8_t> bytes(torn.size);
    const ssize_t got =
        ::pread(segment, bytes.data(), bytes.size(), static_cast<off_t>(torn.offset));
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

std::int64_t now_nanoseconds() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

// What stands behind the last whole record of the newest segment. When that is as far as the
// anchor, nobody was answered for what follows, and a disk that wrote the blocks of the last group
// in another order may have left whole records behind a hole; an all-zero stretch is a torn tail,
// too (blocks allocated, data never written). Without an anchor a whole record after the break is
// taken for damage in the middle.
Result<Recovery> find_torn(const std::string& path, const Position& position, bool anchored) {
    Recovery torn;
    SUDARE_TRY(const auto bytes, evidence::open_bytes(path));
    if (bytes->size() <= position.offset)
        return torn;
    torn.offset = position.offset;
    torn.size = bytes->size() - position.offset;
    bool damage = torn.size > kTornTailMax;
    if (!damage && !anchored) {
        SUDARE_TRY(damage, evidence::record_follows(*bytes, torn.offset, torn.size));
    }
    if (damage)
        return fail(Errc::kBadInput,
                    path + " is damaged at record " + std::to_string(position.next_index) +
                        ", byte " + std::to_string(torn.offset) + ": no torn tail, records follow");
    torn.file =
        path + ".torn-" + std::to_string(torn.offset) + "-" + std::to_string(now_nanoseconds());
    return torn;
}

// A closed segment has no right to write (log.cpp); nothing is written behind it again.
bool is_open_segment(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && (info.st_mode & S_IWUSR) != 0;
}

// What is wrong, and what to do. The loss itself must become a record.
Error refusal(const std::string& directory, const std::string& what) {
    return {Errc::kBadInput,
            "audit log \"" + directory + "\": " + what +
                ". No session starts on it. Put its newest copy back; when there is none, keep "
                "what is there as evidence (move a damaged file, and all files of later records, "
                "away), then run once, as the broker's user: "
                "sudare-broker --config FILE --accept-log-loss"};
}

std::string describe(const Loss& loss) {
    const std::string known = std::to_string(loss.anchor.records) +
                              " records were on the disk, the last with hash " +
                              evidence::hex(loss.anchor.last_hash);
    if (loss.cause == "missing")
        return "it is missing or empty: " + known;
    if (loss.cause == "shorter")
        return "it holds " + std::to_string(loss.records) + " whole records, but " + known;
    return "it is another log or was changed: " + known + ", and that record is not in it";
}

// One reading of all records: where it ends, whether the anchor's record is among them, and whether
// what is gone was deleted by record.
struct Reading {
    Position position;
    bool holds_anchor = true;
    std::int64_t segment_time = 0;
    GivenNumbers numbers;
    std::string unrecorded;  // a file that stands for a deleted segment of which no record speaks
};

Result<Reading> read_all(const std::string& directory, const std::optional<Anchor>& anchor,
                         std::uint64_t newest) {
    Reading reading;
    std::set<Hash> recorded;
    std::vector<evidence::DeletedSegment> gone;
    const auto visit = [&](const Record& record) {
        if (anchor && record.index == anchor->records && record.previous != anchor->last_hash)
            reading.holds_anchor = false;
        if (record.index == newest)
            reading.segment_time = record.time;
        if (const auto hash = deleted_by(record.event))
            recorded.insert(*hash);
        reading.numbers.note(record.event);
        return true;
    };
    SUDARE_TRY(reading.position, LogReader(directory).read({}, visit, [&](const auto& segment) {
        gone.push_back(segment);
    }));
    for (const auto& segment : gone)
        if (!recorded.contains(hash_of(segment)))
            reading.unrecorded = evidence::deleted_name(segment.range.begin());
    return reading;
}

std::optional<Loss> loss_of(const Reading& reading, const std::optional<Anchor>& anchor) {
    if (!anchor || anchor->records == 0)
        return std::nullopt;
    const std::uint64_t records = reading.position.next_index;
    if (records < anchor->records)
        return Loss{records == 0 ? "missing" : "shorter", *anchor, records};
    const bool same = records == anchor->records ? reading.position.last_hash == anchor->last_hash
                                                 : reading.holds_anchor;
    return same ? std::nullopt : std::optional(Loss{"another", *anchor, records});
}

// Segments that are still there although what stands for them is: the record of the deletion is on
// the disk, and a crash came between.
std::vector<std::string> leftovers(const std::string& directory,
                                   const evidence::SegmentList& list) {
    std::vector<std::string> names;
    for (const auto& segment : list.segments)
        if (segment.bytes &&
            ::access((directory + "/" + evidence::deleted_name(segment.first)).c_str(), F_OK) == 0)
            names.push_back(segment.name);
    return names;
}

Result<Found> judge_files(const std::string& directory, const std::optional<Anchor>& anchor) {
    SUDARE_TRY(const auto list, evidence::open_segments(directory));
    const evidence::Segment* newest = list.segments.empty() ? nullptr : &list.segments.back();
    SUDARE_TRY(const Reading reading,
               read_all(directory, anchor, newest == nullptr ? 0 : newest->first));
    if (!reading.unrecorded.empty())
        return fail(Errc::kBadInput, reading.unrecorded +
                                         " stands for records that are gone, and no record says "
                                         "that they were deleted");
    Found found;
    found.position = reading.position;
    found.segment_time = reading.segment_time;
    found.numbers = reading.numbers;
    found.loss = loss_of(reading, anchor);
    found.leftovers = leftovers(directory, list);
    if (newest == nullptr || !newest->bytes)
        return found;
    const std::string path = directory + "/" + newest->name;
    const bool anchored =
        anchor && anchor->records != 0 && found.position.next_index >= anchor->records;
    SUDARE_TRY(found.torn, find_torn(path, found.position, anchored));
    if (is_open_segment(path))
        found.segment = path;
    return found;
}

}  // namespace

Result<Found> judge(const std::string& directory, const Anchoring& anchoring) {
    auto found = judge_files(directory, anchoring.known);
    if (!found && found.error().code == Errc::kBadInput)
        return tl::unexpected(refusal(directory, found.error().message));
    if (found && found->loss && !anchoring.accept_loss)
        return tl::unexpected(refusal(directory, describe(*found->loss)));
    return found;
}

Result<void> make_ready(const std::string& directory, int directory_fd, const Found& found) {
    for (const std::string& name : found.leftovers) {
        log_warn("audit log: finishing the deletion of {}", name);
        if (::unlinkat(directory_fd, name.c_str(), 0) != 0)
            return fail_errno(("unlink " + name).c_str());
    }
    if (!found.leftovers.empty() && ::fsync(directory_fd) != 0)
        return fail_errno(("fsync " + directory).c_str());
    if (found.torn.file.empty())
        return {};
    const std::string path = directory + "/" + evidence::segment_name(found.position.segment);
    // A torn tail behind a closed segment cannot come from us; but what is there is kept all the
    // same.
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
    if (!fd)
        return fail_errno(("open " + path).c_str());
    SUDARE_CHECK(set_aside(fd.get(), found.torn));
    if (::fsync(directory_fd) != 0)
        return fail_errno(("fsync " + directory).c_str());
    if (::ftruncate(fd.get(), static_cast<off_t>(found.torn.offset)) != 0 || ::fsync(fd.get()) != 0)
        return fail_errno("ftruncate audit log");
    return {};
}

}  // namespace sudare::audit

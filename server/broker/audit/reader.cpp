// SPDX-License-Identifier: Apache-2.0
#include "server/broker/audit/reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "protocol/core/limits.h"
#include "server/base/unique_fd.h"

namespace sudare::audit {
namespace {

// Several of the largest frames per read.
constexpr std::size_t kChunk = 4 * limits::kAuditRecordBytesMax;
constexpr std::size_t kLargestFrame = limits::kAuditRecordBytesMax + kFrameOverhead;

Result<std::size_t> read_at(int fd, std::span<std::uint8_t> into, std::uint64_t offset) {
    std::size_t got = 0;
    while (got < into.size()) {
        const ssize_t count =
            ::pread(fd, into.data() + got, into.size() - got, static_cast<off_t>(offset + got));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return fail_errno("pread audit log");
        if (count == 0)
            break;
        got += static_cast<std::size_t>(count);
    }
    return got;
}

tl::unexpected<Error> damaged(const Position& at, const std::string& what) {
    return fail(Errc::kBadInput, "audit log is damaged at record " + std::to_string(at.next_index) +
                                     ", byte " + std::to_string(at.offset) + ": " + what);
}

Result<Record> checked(const Unframed& frame, const Position& at) {
    auto record = decode(frame.record);
    if (!record)
        return damaged(at, record.error().message);
    if (record->index != at.next_index)
        return damaged(at, "its index is " + std::to_string(record->index));
    if (record->previous != at.last_hash)
        return damaged(at, "it does not follow from the record before");
    return record;
}

// The next frame behind `offset` that holds a record; `end` when there is none.
Result<std::uint64_t> next_whole(int fd, std::uint64_t offset, std::uint64_t end) {
    std::vector<std::uint8_t> buffer(kChunk);
    for (std::uint64_t base = offset; base < end;) {
        const auto wanted = std::min<std::uint64_t>(buffer.size(), end - base);
        SUDARE_TRY(const std::size_t got, read_at(fd, std::span(buffer).first(wanted), base));
        const std::span<const std::uint8_t> bytes(buffer.data(), got);
        for (std::size_t at = 0; at < got; ++at)
            if (const auto frame = unframe(bytes.subspan(at)); frame && decode(frame->record))
                return base + at;
        // What begins near the end of this piece is looked at again with the next one.
        base += got > kLargestFrame ? got - kLargestFrame + 1 : wanted;
    }
    return end;
}

// One frame and its place; says what is wrong with it. False: the visitor wants no more.
bool visit_frame(const Unframed& frame, Position& at, const Visitor& visitor) {
    const Position before = at;
    const auto record = decode(frame.record);
    at.offset += frame.size;
    at.last_hash = leaf_hash(frame.record);
    at.chained = true;
    if (!record) {
        ++at.next_index;
        visitor.damage({before.next_index, before.offset, frame.size, record.error().message});
        return true;
    }
    at.next_index = record->index + 1;
    at.last_time = record->time;
    const bool follows = before.chained ? record->index == before.next_index &&
                                              record->previous == before.last_hash
                                        : record->index >= before.next_index;
    if (!follows)
        visitor.damage({before.next_index, before.offset, 0,
                        "record " + std::to_string(record->index) +
                            " does not follow from the one before: one of the two was changed, or "
                            "records between them were removed"});
    return visitor.record(*record);
}

}  // namespace

Result<Position> LogReader::read_around_damage(const Position& from, const Position& end,
                                               const Visitor& visitor) const {
    UniqueFd fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd)
        return fail_errno(("open " + path_).c_str());
    Position at = from;
    std::vector<std::uint8_t> buffer(kChunk);
    while (at.offset < end.offset) {
        const auto wanted = std::min<std::uint64_t>(buffer.size(), end.offset - at.offset);
        SUDARE_TRY(const std::size_t got,
                   read_at(fd.get(), std::span(buffer).first(wanted), at.offset));
        std::span<const std::uint8_t> rest(buffer.data(), got);
        bool progress = false;
        while (const auto frame = unframe(rest)) {
            rest = rest.subspan(frame->size);
            progress = true;
            if (!visit_frame(*frame, at, visitor))
                return at;
        }
        if (progress)
            continue;
        SUDARE_TRY(const std::uint64_t next, next_whole(fd.get(), at.offset + 1, end.offset));
        visitor.damage({at.next_index, at.offset, next - at.offset,
                        got == 0 ? "the file ends here" : "no whole record"});
        at.offset = next;
        at.chained = false;
    }
    if (from.offset < end.offset && at.chained &&
        (at.next_index != end.next_index || at.last_hash != end.last_hash))
        visitor.damage({end.next_index - 1, end.offset, 0,
                        "the newest record is not the one that was written"});
    return end;
}

Result<Position> LogReader::read(const Position& from,
                                 const std::function<bool(const Record&)>& visit) const {
    UniqueFd fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd)
        return fail_errno(("open " + path_).c_str());
    Position at = from;
    std::vector<std::uint8_t> buffer(kChunk);
    for (;;) {
        SUDARE_TRY(const std::size_t got, read_at(fd.get(), buffer, at.offset));
        std::span<const std::uint8_t> rest(buffer.data(), got);
        bool progress = false;
        while (const auto frame = unframe(rest)) {
            SUDARE_TRY(const Record record, checked(*frame, at));
            at = {record.index + 1, record.time, leaf_hash(frame->record), at.offset + frame->size};
            rest = rest.subspan(frame->size);
            progress = true;
            if (!visit(record))
                return at;
        }
        if (!progress)
            return at;
    }
}

}  // namespace sudare::audit

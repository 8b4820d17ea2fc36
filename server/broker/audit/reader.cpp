// SPDX-License-Identifier: Apache-2.0
#include "server/broker/audit/reader.h"

#include <algorithm>

#include "protocol/core/limits.h"

namespace sudare::audit {
namespace {

// Several of the largest frames per read.
constexpr std::size_t kChunk = 16 * limits::kAuditRecordBytesMax;
constexpr std::size_t kLargestFrame = limits::kAuditRecordBytesMax + kFrameOverhead;

tl::unexpected<Error> damaged(const std::string& file, const Position& at,
                              const std::string& what) {
    return fail(Errc::kBadInput, file + " is damaged at record " + std::to_string(at.next_index) +
                                     ", byte " + std::to_string(at.offset) + ": " + what);
}

// The position behind a deleted segment.
Position behind(const evidence::DeletedSegment& gone, const Position& at) {
    return {gone.range.end(), gone.last_time, gone.last, at.segment, 0, true};
}

// What stands for a deleted segment and does not follow from what is before it; empty: it does.
std::string misfit(const evidence::Segment& segment, const Position& at) {
    if (!segment.deleted)
        return "what stands for a deleted segment is malformed";
    if (segment.deleted->range.begin() != segment.first || at.next_index < segment.first)
        return "what stands for a deleted segment does not follow from the one before";
    return "";
}

Result<Record> checked(const std::string& file, const Unframed& frame, const Position& at) {
    auto record = decode(frame.record);
    if (!record)
        return damaged(file, at, record.error().message);
    if (record->index != at.next_index)
        return damaged(file, at, "its index is " + std::to_string(record->index));
    if (record->previous != at.last_hash)
        return damaged(file, at, "it does not follow from the record before");
    return record;
}

// The next frame behind `offset` that holds a record; `end` when there is none.
Result<std::uint64_t> next_whole(const evidence::Bytes& file, std::uint64_t offset,
                                 std::uint64_t end) {
    std::vector<std::uint8_t> buffer(kChunk);
    for (std::uint64_t base = offset; base < end;) {
        const auto wanted = std::min<std::uint64_t>(buffer.size(), end - base);
        SUDARE_TRY(const std::size_t got, file.read(base, std::span(buffer).first(wanted)));
        const std::span<const std::uint8_t> bytes(buffer.data(), got);
        for (std::size_t at = 0; at < got; ++at)
            if (const auto frame = unframe(bytes.subspan(at)); frame && decode(frame->record))
                return base + at;
        // What begins near the end of this piece is looked at again with the next one.
        base += got > kLargestFrame ? got - kLargestFrame + 1 : wanted;
    }
    return end;
}

class AroundDamage {
public:
    AroundDamage(const Position& from, const Position& end, const Visitor& visitor)
        : at_(from), end_(end), visitor_(visitor) {}

    [[nodiscard]] const Position& at() const { return at_; }

    // False: the visitor wants no more.
    Result<bool> segment(const evidence::Segment& segment) {
        if (segment.first > at_.segment)
            enter(segment.first);
        file_ = segment.name;
        if (!segment.bytes) {
            deleted(segment);
            return true;
        }
        if (at_.offset == 0 && at_.next_index != segment.first) {
            say({at_.next_index, file_, 0, 0,
                 "records " + std::to_string(at_.next_index) + " to " +
                     std::to_string(segment.first) + " are missing between two files"});
            at_.next_index = segment.first;
            at_.chained = false;
        }
        return frames(*segment.bytes);
    }

    void finish() {
        if (at_.is_before(end_)) {
            say({at_.next_index, evidence::segment_name(end_.segment), 0, 0,
                 "the file with the newest records is missing"});
        } else if (at_.chained &&
                   (at_.next_index != end_.next_index || at_.last_hash != end_.last_hash)) {
            say({end_.next_index - 1, file_, end_.offset, 0,
                 "the newest record is not the one that was written"});
        }
    }

private:
    void say(const Damage& damage) { visitor_.damage(damage); }

    void enter(std::uint64_t segment) {
        at_.segment = segment;
        at_.offset = 0;
    }

    void deleted(const evidence::Segment& segment) {
        if (const std::string what = misfit(segment, at_); !what.empty()) {
            say({at_.next_index, file_, 0, 0, what});
            at_.chained = false;
        } else if (at_.next_index < segment.deleted->range.end()) {
            at_ = behind(*segment.deleted, at_);
            if (visitor_.deleted)
                visitor_.deleted(*segment.deleted);
        }
    }

    // What the writer knows to be on the disk; of a segment before the newest that is all of it.
    [[nodiscard]] std::uint64_t end_of(const evidence::Bytes& file) const {
        return at_.segment == end_.segment ? end_.offset : file.size();
    }

    Result<bool> frames(const evidence::Bytes& file) {
        std::vector<std::uint8_t> buffer(kChunk);
        const std::uint64_t end = end_of(file);
        while (at_.offset < end) {
            const auto wanted = std::min<std::uint64_t>(buffer.size(), end - at_.offset);
            SUDARE_TRY(const std::size_t got,
                       file.read(at_.offset, std::span(buffer).first(wanted)));
            std::span<const std::uint8_t> rest(buffer.data(), got);
            bool progress = false;
            while (const auto frame = unframe(rest)) {
                rest = rest.subspan(frame->size);
                progress = true;
                if (!visit(*frame))
                    return false;
            }
            if (progress)
                continue;
            SUDARE_TRY(const std::uint64_t next, next_whole(file, at_.offset + 1, end));
            say({at_.next_index, file_, at_.offset, next - at_.offset,
                 got == 0 ? "the file ends here" : "no whole record"});
            at_.offset = next;
            at_.chained = false;
        }
        return true;
    }

    // One frame and its place; says what is wrong with it.
    bool visit(const Unframed& frame) {
        const Position before = at_;
        const auto record = decode(frame.record);
        at_.offset += frame.size;
        at_.last_hash = leaf_hash(frame.record);
        at_.chained = true;
        if (!record) {
            ++at_.next_index;
            say({before.next_index, file_, before.offset, frame.size, record.error().message});
            return true;
        }
        at_.next_index = record->index + 1;
        at_.last_time = record->time;
        const bool follows = before.chained ? record->index == before.next_index &&
                                                  record->previous == before.last_hash
                                            : record->index >= before.next_index;
        if (!follows)
            say({before.next_index, file_, before.offset, 0,
                 "record " + std::to_string(record->index) +
                     " does not follow from the one before: one of the two was changed, or "
                     "records between them were removed"});
        return visitor_.record(*record);
    }

    Position at_;
    const Position end_;
    const Visitor& visitor_;
    std::string file_;
};

}  // namespace

Result<Position> LogReader::read_around_damage(const Position& from, const Position& end,
                                               const Visitor& visitor) const {
    if (!from.is_before(end))
        return from;
    SUDARE_TRY(const auto list, evidence::open_segments(directory_));
    AroundDamage reading(from, end, visitor);
    for (const evidence::Segment& segment : list.segments) {
        if (segment.first < from.segment || segment.first > end.segment)
            continue;
        SUDARE_TRY(const bool more, reading.segment(segment));
        if (!more)
            return reading.at();
    }
    reading.finish();
    return end;
}

namespace {

// Reads one segment on from `at`; false: the visitor wants no more.
Result<bool> read_segment(const evidence::Segment& segment, Position& at,
                          const std::function<bool(const Record&)>& visit) {
    std::vector<std::uint8_t> buffer(kChunk);
    for (;;) {
        SUDARE_TRY(const std::size_t got, segment.bytes->read(at.offset, buffer));
        std::span<const std::uint8_t> rest(buffer.data(), got);
        bool progress = false;
        while (const auto frame = unframe(rest)) {
            SUDARE_TRY(const Record record, checked(segment.name, *frame, at));
            at = {record.index + 1, record.time,             leaf_hash(frame->record),
                  at.segment,       at.offset + frame->size, true};
            rest = rest.subspan(frame->size);
            progress = true;
            if (!visit(record))
                return false;
        }
        if (!progress)
            return true;
    }
}

}  // namespace

Result<Position> LogReader::read(
    const Position& from, const std::function<bool(const Record&)>& visit,
    const std::function<void(const evidence::DeletedSegment&)>& deleted) const {
    SUDARE_TRY(const auto list, evidence::open_segments(directory_));
    Position at = from;
    for (const evidence::Segment& segment : list.segments) {
        if (segment.first < from.segment)
            continue;
        if (segment.first != at.segment) {
            at.segment = segment.first;
            at.offset = 0;
        }
        if (!segment.bytes) {
            if (const std::string what = misfit(segment, at); !what.empty())
                return damaged(segment.name, at, what);
            if (at.next_index < segment.deleted->range.end()) {
                at = behind(*segment.deleted, at);
                if (deleted)
                    deleted(*segment.deleted);
            }
            continue;
        }
        if (at.offset == 0 && at.next_index != segment.first)
            return damaged(segment.name, at, "records are missing before it");
        SUDARE_TRY(const bool more, read_segment(segment, at, visit));
        if (!more)
            return at;
        const bool last = &segment == &list.segments.back();
        if (!last && at.offset < segment.bytes->size())
            return damaged(segment.name, at, "no whole record, although a later file follows");
    }
    return at;
}

}  // namespace sudare::audit

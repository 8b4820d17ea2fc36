// SPDX-License-Identifier: Apache-2.0
#include "server/forwarder/log_reader.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace sudare::forwarder {
namespace {

using evidence::ScanEnd;
using evidence::Segment;

tl::unexpected<Error> another_log(const std::string& directory, std::uint64_t records) {
    return fail(Errc::kBadInput,
                directory + " is not the log that was forwarded: it does not have the first " +
                    std::to_string(records) +
                    " records of it. If a copy was put back on purpose, remove the position file: "
                    "the whole log is then sent again (doubles have the same index and hash)");
}

tl::unexpected<Error> damaged(const std::string& directory, std::uint64_t index) {
    return fail(Errc::kBadInput, directory + ": record " + std::to_string(index) +
                                     " is damaged or does not follow; run sudare-verify");
}

// The record's own word for the one before: it is checked at the mark.
std::optional<evidence::Cursor> cursor_at_begin(const Segment& segment) {
    std::vector<std::uint8_t> bytes(evidence::kRecordBytesMax + evidence::kFrameOverhead);
    const auto count = segment.bytes->read(0, bytes);
    const auto frame = count ? evidence::frame_at(std::span(bytes).first(*count)) : std::nullopt;
    const auto record = frame ? evidence::record_view(frame->record) : std::nullopt;
    if (!record || record->index != segment.first)
        return std::nullopt;
    return evidence::Cursor{segment.first, 0, record->time, record->previous};
}

}  // namespace

Result<void> LogReader::seek(const Mark& mark) {
    SUDARE_TRY(const auto list, evidence::open_segments(directory_));
    place_ = {};
    if (mark.records == 0)
        return {};
    const auto behind = std::ranges::upper_bound(list.segments, mark.records, {}, &Segment::first);
    if (behind == list.segments.begin())
        return another_log(directory_, mark.records);
    const Segment& segment = *std::prev(behind);
    place_.segment = segment.first;
    // Before its first record, or in what is deleted: the chain from the mark on says whether it is
    // this log.
    if (segment.first == mark.records || !segment.bytes) {
        place_.cursor = {mark.records, 0, std::numeric_limits<std::int64_t>::min(), mark.last};
        return {};
    }
    return walk_to(segment, mark);
}

Result<void> LogReader::walk_to(const Segment& segment, const Mark& mark) {
    const auto begin = cursor_at_begin(segment);
    if (!begin)
        return another_log(directory_, mark.records);
    place_.cursor = *begin;
    const auto before = [&](const evidence::Visited& at) {
        return at.view.index + 1 < mark.records;
    };
    SUDARE_TRY(const ScanEnd end, evidence::scan(*segment.bytes, place_.cursor, before));
    if (end != ScanEnd::kVisitor || this->mark() != mark)
        return another_log(directory_, mark.records);
    return {};
}

Result<void> LogReader::read(const ipc::ForwardDurable& end, const Visitor& visitor) {
    if (place_.cursor.index > end.records)
        return another_log(directory_, place_.cursor.index);
    if (place_.cursor.index < end.records) {
        SUDARE_TRY(const auto list, evidence::open_segments(directory_));
        if (list.segments.empty())
            return another_log(directory_, place_.cursor.index);
        // The file of an older version, or the first that is left, may not be named 0.
        evidence::LogWalk walk(list.segments, place_);
        std::uint64_t next = place_.cursor.index;
        const auto on_record = [&](const evidence::Visited& at) {
            next = at.view.index + 1;
            return visitor.record(at) && next < end.records;
        };
        const auto on_deleted = [&](const evidence::DeletedSegment& gone) {
            visitor.gap(next, {gone.range.end(), gone.last}, gone.last_time);
            next = gone.range.end();
            return next < end.records;
        };
        SUDARE_TRY(const ScanEnd stop, walk.run(on_record, on_deleted));
        place_ = walk.place();
        const bool short_of_end = stop == ScanEnd::kEnd && place_.cursor.index < end.records;
        if (short_of_end || (stop != ScanEnd::kEnd && stop != ScanEnd::kVisitor))
            return damaged(directory_, place_.cursor.index);
    }
    const bool at_end = place_.cursor.index == end.records;
    if (place_.cursor.index > end.records || (at_end && place_.cursor.last != end.last))
        return another_log(directory_, end.records);
    return {};
}

}  // namespace sudare::forwarder

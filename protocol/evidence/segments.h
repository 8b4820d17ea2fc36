// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/core/result.h"
#include "protocol/evidence/deleted_segment.h"
#include "protocol/evidence/log_scan.h"

// The log as it lies on the disk (docs/audit-log.md, "Files"): segments, each named after the index
// of its first record, over which one chain and one tree run. A segment that was deleted by rule
// leaves a file behind that lets chain and tree go on.
//
//   auto list = open_segments(path);                 // a directory, or one file
//   LogWalk walk(list->segments, place);             // {} from the beginning; or where one stopped
//   walk.run([](const Visited& record) { return true; });
//   place = walk.place();                            // to go on later, with a list opened anew
namespace sudare::evidence {

struct Segment {
    std::string name;              // "00000000000000012345.log", "00000000000000012345.deleted"
    std::uint64_t first = 0;       // index in the name
    std::unique_ptr<Bytes> bytes;  // null: it was deleted
    std::optional<DeletedSegment> deleted;  // neither: its .deleted file is malformed
};

std::string segment_name(std::uint64_t first);  // of a segment with records
std::string deleted_name(std::uint64_t first);
// The index in either name; nullopt: no such name.
std::optional<std::uint64_t> index_of_name(const std::string& name);

struct SegmentList {
    std::vector<Segment> segments;    // by first record, each index once
    std::vector<std::string> others;  // names in the directory that are no segment, sorted
};

// Opens a directory of segments, or one file as the log from record 0 on. Where both a segment and
// its .deleted file stand (a deletion that is under way), the segment counts. Reading a segment
// fails with kSystem when it was deleted since: list anew. Errors: kSystem: it cannot be read.
Result<SegmentList> open_segments(const std::string& path);

// Where somebody stands who reads the log in several goes.
struct LogPlace {
    Cursor cursor;              // offset: in the segment
    std::uint64_t segment = 0;  // the index in its name
};

// Every record of a log in order, over its segments. The list must outlive it.
class LogWalk {
public:
    using OnRecord = std::function<bool(const Visited&)>;
    using OnDeleted = std::function<bool(const DeletedSegment&)>;

    explicit LogWalk(std::span<const Segment> segments, LogPlace place = {})
        : segments_(segments), place_(place) {}

    // As scan(); false from a visitor: kVisitor, behind what it was shown. What was deleted is
    // passed over, and shown to on_deleted when there is one and not all of it was read before.
    // kIndex also when a segment does not begin where the one before ended, kDeleted when what
    // stands for a deleted one is malformed or does not fit. kEnd: nothing is left.
    Result<ScanEnd> run(const OnRecord& on_record, const OnDeleted& on_deleted = {});

    [[nodiscard]] const LogPlace& place() const { return place_; }
    // In which the place is; nullptr: in none of the list.
    [[nodiscard]] const Segment* segment() const;
    [[nodiscard]] bool in_last() const;

private:
    [[nodiscard]] std::size_t number() const;  // of the place's segment in the list
    std::optional<ScanEnd> pass_deleted(const Segment& segment, const OnDeleted& on_deleted);

    std::span<const Segment> segments_;
    LogPlace place_;
};

}  // namespace sudare::evidence

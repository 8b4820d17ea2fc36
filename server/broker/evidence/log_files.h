// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "protocol/core/result.h"
#include "protocol/evidence/log_scan.h"
#include "protocol/evidence/segments.h"

// The one place where search, index and export touch the files of the log: which there are, every
// record in order, and one record at a known place. Everything above it counts in records.
namespace sudare::search {

// How much of the log there is for a reader: what the writer knows to be on the disk.
struct LogEnd {
    std::uint64_t records = 0;
    evidence::Hash last{};  // leaf hash of the newest
};

// Where a record is. The name says which file the offset is about.
struct RecordPlace {
    std::string file;
    std::uint64_t offset = 0;
};

class LogFiles {
public:
    // bytes: null when the segment was deleted by rule.
    using File = evidence::Segment;
    // After the last record that was gone through.
    struct Place {
        std::size_t file = 0;
        evidence::Cursor cursor;
    };

    // Errors: the directory or a file cannot be read.
    static Result<LogFiles> open(const std::string& directory);

    [[nodiscard]] const std::vector<File>& files() const { return files_; }

    // Behind a file that was gone through to its end, and behind what was deleted by rule, also when
    // that was while somebody stood in it.
    void settle(Place& place) const;

    // Every record from the place on, up to `end`, checked as evidence::scan does; over the files.
    // kVisitor: the visitor wanted no more. kEnd: `end` is reached. Anything else: the log is not
    // whole there.
    Result<evidence::ScanEnd> walk(
        Place& place, const LogEnd& end,
        const std::function<bool(const evidence::Visited&, const RecordPlace&)>& visit) const;

    // One record, if it is what the log holds: a whole frame with this number, and the record
    // behind it (or `end`) holds its hash; where that one was deleted by rule nothing holds it any
    // more. kNotFound: the place is not that of this record.
    Result<std::vector<std::uint8_t>> fetch(const RecordPlace& at, std::uint64_t number,
                                            const LogEnd& end) const;

private:
    [[nodiscard]] const File* find(const std::string& name) const;
    [[nodiscard]] Result<bool> followed(const File& file, std::uint64_t behind,
                                        std::uint64_t number, const evidence::Hash& leaf) const;
    std::vector<File> files_;
};

}  // namespace sudare::search

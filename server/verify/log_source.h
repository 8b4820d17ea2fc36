// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "protocol/evidence/log_scan.h"

// A log's directory as a verifier sees it: bytes, and nothing believed.
namespace sudare::verify {

struct Segment {
    std::string name;         // "00000000000000000000.log": the index of its first record
    std::uint64_t first = 0;  // that index
    std::unique_ptr<evidence::Bytes> bytes;
};

struct LogSource {
    std::string checkpoint;              // newest signed note; empty: none
    std::string history;                 // older ones
    std::vector<Segment> segments;       // in the order of their names
    std::vector<std::string> set_aside;  // torn tails, checkpoints of a lost log
    std::vector<std::string> strange;    // that no version of Sudare puts there
};

// Bytes from outside for a terminal: all but printable ASCII, and quotes, become \xNN.
std::string escaped(std::span<const std::uint8_t> bytes);

// Checkpoints are read before the records, so that those of a running broker cover only what is
// there. Errors: the directory or a file cannot be read.
Result<LogSource> open_log(const std::string& directory);

// Every record of a log in order, over its segments.
class Walk {
public:
    // After the last good record. Names a segment, so that a source that has grown can go on here.
    struct Place {
        evidence::Cursor cursor;
        std::size_t segment = 0;
    };
    Walk(const LogSource& source, Place place) : source_(source), place_(place) {}

    // As evidence::scan; kIndex also when a segment's name does not fit. kEnd: no segment is left.
    Result<evidence::ScanEnd> run(const std::function<bool(const evidence::Visited&)>& visit);
    [[nodiscard]] const Place& place() const { return place_; }
    [[nodiscard]] const Segment* segment() const;

private:
    const LogSource& source_;
    Place place_;
};

}  // namespace sudare::verify

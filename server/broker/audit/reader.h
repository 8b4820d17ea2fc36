// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "protocol/core/result.h"
#include "protocol/evidence/segments.h"
#include "server/broker/audit/record.h"

// Reads the log's directory of segments (protocol/evidence/segments.h) and checks it on the way:
// framing, canonical form, index without gaps, chain of hashes.
namespace sudare::audit {

struct Position {
    std::uint64_t next_index = 0;
    std::int64_t last_time = 0;  // nanoseconds; 0: no record yet
    Hash last_hash{};            // leaf hash of the newest record
    std::uint64_t segment = 0;   // index of the first record of the segment
    std::uint64_t offset = 0;    // bytes of whole, valid frames in it
    bool chained = true;         // false: after damage, last_hash is not known

    // Place in the files, not the record: damage may hide records.
    [[nodiscard]] bool is_before(const Position& other) const {
        return segment < other.segment || (segment == other.segment && offset < other.offset);
    }
};

// A place in the file that is not what was written.
struct Damage {
    std::uint64_t index = 0;   // of the record that should be there
    std::string file;          // name of the segment
    std::uint64_t offset = 0;  // in it, in bytes
    std::uint64_t size = 0;    // bytes that hold no record; 0: a record is there, but not the one
    std::string what;
};

struct Visitor {
    std::function<bool(const Record&)> record;  // false: stop after it
    std::function<void(const Damage&)> damage;
    std::function<void(const evidence::DeletedSegment&)> deleted{};  // by rule; may be empty
};

class LogReader {
public:
    explicit LogReader(std::string directory) : directory_(std::move(directory)) {}

    // Calls visit for every whole record after `from` that is there now, until visit returns
    // false. Stops quietly at a frame of the last segment that is not whole (a writer may be in the
    // middle of one, or it is a torn tail) and returns the position before it. Errors: kBadInput
    // naming file, index and offset when form, index or chain are broken, within a segment or
    // between two: somebody changed the files.
    Result<Position> read(const Position& from, const std::function<bool(const Record&)>& visit,
                          const std::function<void(const evidence::DeletedSegment&)>& deleted =
                              {}) const;

    // For people: everything from `from` to `end`, which the writer knows to be on the disk. What
    // is damaged is said and passed over, so that it hides nothing that follows. Returns `end`, or
    // where the visitor stopped. Errors: only when the file cannot be read.
    Result<Position> read_around_damage(const Position& from, const Position& end,
                                        const Visitor& visitor) const;

private:
    std::string directory_;
};

}  // namespace sudare::audit

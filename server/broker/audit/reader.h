// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "protocol/core/result.h"
#include "server/broker/audit/record.h"

// Reads a log file and checks it on the way: framing, canonical form, index without gaps, chain of
// hashes.
namespace sudare::audit {

// The file inside the log's directory: named after the index of its first record, so that
// segments by day can follow without a change.
inline constexpr char kFirstSegment[] = "/00000000000000000000.log";

struct Position {
    std::uint64_t next_index = 0;
    std::int64_t last_time = 0;  // nanoseconds; 0: no record yet
    Hash last_hash{};            // leaf hash of the newest record
    std::uint64_t offset = 0;    // bytes of whole, valid frames
    bool chained = true;         // false: after damage, last_hash is not known
};

// A place in the file that is not what was written.
struct Damage {
    std::uint64_t index = 0;   // of the record that should be there
    std::uint64_t offset = 0;  // in bytes
    std::uint64_t size = 0;    // bytes that hold no record; 0: a record is there, but not the one
    std::string what;
};

struct Visitor {
    std::function<bool(const Record&)> record;  // false: stop after it
    std::function<void(const Damage&)> damage;
};

class LogReader {
public:
    explicit LogReader(std::string path) : path_(std::move(path)) {}

    // Calls visit for every whole record after `from` that is in the file now, until visit
    // returns false. Stops quietly at a frame that is not whole (a writer may be in the middle of
    // one, or it is a torn tail) and returns the position before it. Errors: kBadInput naming
    // index and offset when a whole frame breaks form, index or chain: somebody changed the file.
    Result<Position> read(const Position& from,
                          const std::function<bool(const Record&)>& visit) const;

    // For people: everything from `from` to `end`, which the writer knows to be on the disk. What
    // is damaged is said and passed over, so that it hides nothing that follows. Returns `end`, or
    // where the visitor stopped. Errors: only when the file cannot be read.
    Result<Position> read_around_damage(const Position& from, const Position& end,
                                        const Visitor& visitor) const;

private:
    std::string path_;
};

}  // namespace sudare::audit

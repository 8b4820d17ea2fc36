// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/evidence/hash.h"
#include "protocol/evidence/merkle.h"

// What stays of a segment that was deleted by rule: the hashes of the whole subtrees over its
// records, so that every checkpoint of a later size can still be proven, and the newest leaf hash,
// to which the next record is chained. Not the leaf hashes one by one: against those somebody could
// try out what a record may have said.
namespace sudare::evidence {

struct DeletedSegment {
    CompactRange range;           // [first record, first record of the next segment)
    Hash last{};                  // leaf hash of its newest record
    std::int64_t first_time = 0;  // nanoseconds since 1970
    std::int64_t last_time = 0;
    std::uint64_t bytes = 0;  // that the segment had
};

inline constexpr std::size_t kDeletedBytesMax = 16384;  // 126 hashes and six lines are 7 KiB

// The one text of it; the record of the deletion holds SHA-256 of this text, so that the file
// cannot be exchanged for another.
std::string write_deleted(const DeletedSegment& deleted);
// nullopt: not exactly what write_deleted makes.
std::optional<DeletedSegment> read_deleted(std::string_view text);

}  // namespace sudare::evidence

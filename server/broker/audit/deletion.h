// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/core/result.h"
#include "protocol/evidence/segments.h"
#include "server/broker/audit/record.h"

// A closed segment of the log is deleted in three steps, each durable before the next:
//   1. a record says which one, by which rule, and the hash of what will stand for it,
//   2. that file is written (<first>.deleted),
//   3. the segment is removed.
// A crash after 1 leaves the segment, which the rule meets again; after 2, the next start removes
// it.
// What stands for a deleted segment counts only as long as a record of its deletion is in the log. So a
// segment that holds such records is deleted only after they were written once more (repeated()).
namespace sudare::audit {

// The record at the beginning of a segment. kBadInput: there is none.
struct FirstRecord {
    std::int64_t time = 0;
    Hash previous{};
};
Result<FirstRecord> first_record(const evidence::Segment& segment);
// The records of deletions in this segment, as they are to be written again before it goes.
Result<std::vector<Event>> repeated(const evidence::Segment& segment);

// What stays of this segment. Errors: kBadInput: it is not whole, so nobody may delete it; kSystem.
Result<evidence::DeletedSegment> summarize(const evidence::Segment& segment);
// SHA-256 of its text.
Hash hash_of(const evidence::DeletedSegment& segment);
// Step 1.
Event deletion_record(const evidence::DeletedSegment& segment, const std::string& rule);
// The hash in such a record; nullopt: it is another one.
std::optional<Hash> deleted_by(const Event& event);
// Steps 2 and 3; the caller has made step 1 durable.
Result<void> replace_by(const std::string& directory, const evidence::DeletedSegment& segment);

}  // namespace sudare::audit

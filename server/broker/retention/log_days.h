// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/evidence/segments.h"
#include "server/broker/audit/record.h"
#include "server/broker/retention/rules.h"

namespace sudare::retention {

// Of each segment that is still there, what the rules ask; the oldest first. Reads the first record of
// each. Errors: kSystem, kBadInput: a segment does not begin with its record.
Result<std::vector<LogDay>> log_days(std::span<const evidence::Segment> segments);

// What it takes to delete one: what will stand for it, and the records that must be written again
// before. Reads all of it. Errors: it is damaged, or gone.
struct DayDeletion {
    evidence::DeletedSegment stays;
    std::vector<audit::Event> repeats;
};
Result<DayDeletion> read_for_deletion(std::span<const evidence::Segment> segments,
                                      const std::string& file);

}  // namespace sudare::retention

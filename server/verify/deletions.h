// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "protocol/evidence/deleted_segment.h"
#include "protocol/evidence/record_view.h"

namespace sudare::verify {

// What the log says it deleted: hash of the file that stays -> the rule, escaped for a terminal.
using Deletions = std::map<evidence::Hash, std::string>;

// Of one record log_segment_deleted.
void take_deletion(const evidence::RecordView& record, Deletions& deletions);
// By which a record of its deletion names it.
evidence::Hash hash_of(const evidence::DeletedSegment& segment);

}  // namespace sudare::verify

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "protocol/core/result.h"
#include "server/broker/audit/anchor.h"
#include "server/broker/audit/numbers.h"
#include "server/broker/audit/reader.h"

// What an earlier writer left in the log's directory: judged as it lies there, then made ready for
// the next one.
namespace sudare::audit {

// What a crash can leave behind the last whole record: at most what was waiting (log.h).
inline constexpr std::uint64_t kTornTailMax = 8U << 20;

struct Recovery {
    std::string file;  // where a torn tail was set aside; empty: nothing was torn
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

struct Found {
    Position position;  // after the last whole record
    // The newest segment, when it may be written on; empty: the next record begins a new one.
    std::string segment;
    std::int64_t segment_time = 0;  // of its first record; 0: it is empty
    Recovery torn;
    std::optional<Loss> loss;
    GivenNumbers numbers;
    std::vector<std::string> leftovers;  // segments whose deletion a crash left unfinished
};

// Reads the whole log and touches nothing. Errors: kBadInput with cause and remedy: it is damaged,
// something was deleted of which it has no record, or it does not reach its anchor and that is not
// to be accepted; kSystem: it cannot be read.
Result<Found> judge(const std::string& directory, const Anchoring& anchoring);

// Sets the torn tail aside as a file of its own, makes that durable, and only then cuts it off;
// finishes deletions.
Result<void> make_ready(const std::string& directory, int directory_fd, const Found& found);

}  // namespace sudare::audit

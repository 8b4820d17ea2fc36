// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "protocol/evidence/segments.h"

// A log's directory as a verifier sees it: bytes, and nothing believed.
namespace sudare::verify {

struct LogSource {
    std::string checkpoint;              // newest signed note; empty: none
    std::string history;                 // older ones
    std::vector<evidence::Segment> segments;
    std::vector<std::string> set_aside;  // torn tails, checkpoints of a lost log
    std::vector<std::string> strange;    // that no version of Sudare puts there
};

// Bytes from outside for a terminal: all but printable ASCII, and quotes, become \xNN.
std::string escaped(std::span<const std::uint8_t> bytes);

// Checkpoints are read before the records, so that those of a running broker cover only what is
// there. Errors: the directory or a file cannot be read.
Result<LogSource> open_log(const std::string& directory);

}  // namespace sudare::verify

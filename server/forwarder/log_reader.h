// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "protocol/core/result.h"
#include "protocol/evidence/segments.h"
#include "protocol/ipc/broker_forwarder.h"
#include "server/forwarder/position.h"

namespace sudare::forwarder {

// Reads the log's directory from a position on, up to what the broker calls durable, and checks the
// chain on the way. One thread.
class LogReader {
public:
    struct Visitor {
        // False: enough for now.
        std::function<bool(const evidence::Visited&)> record;
        // Records [first, after.records) were deleted by rule before they were read.
        std::function<void(std::uint64_t first, const Mark& after, std::int64_t time)> gap;
    };

    explicit LogReader(std::string directory) : directory_(std::move(directory)) {}

    // To stand before record `mark.records`. kBadInput: the mark is not in this log. kSystem: the
    // directory cannot be read.
    Result<void> seek(const Mark& mark);
    // kBadInput: the log is damaged, or is not the one whose end that is; kSystem: try again.
    Result<void> read(const ipc::ForwardDurable& end, const Visitor& visitor);

    [[nodiscard]] Mark mark() const { return {place_.cursor.index, place_.cursor.last}; }

private:
    Result<void> walk_to(const evidence::Segment& segment, const Mark& mark);

    std::string directory_;
    evidence::LogPlace place_;
};

}  // namespace sudare::forwarder

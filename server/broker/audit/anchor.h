// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "protocol/core/result.h"
#include "server/broker/audit/record.h"

// How far the log has come, kept outside it: a file that was removed, cut, exchanged or put back
// from an old copy then no longer reaches its anchor. The anchor is written after the records are
// durable, so that after a crash the log may be ahead of it and is never behind.
namespace sudare::audit {

struct Anchor {
    std::uint64_t records = 0;  // on the disk
    Hash last_hash{};           // leaf hash of the newest of them
};

struct Anchoring {
    std::optional<Anchor> known;  // nullopt: a database that has seen no log yet
    // Makes it durable; called on the writer's thread after each group.
    std::function<Result<void>(const Anchor&)> save;
    bool accept_loss = false;  // open() takes a log that does not reach its anchor
};

// What is missing from a log that does not reach its anchor.
struct Loss {
    std::string cause;          // "missing", "shorter", "another"
    Anchor anchor;
    std::uint64_t records = 0;  // that the log holds
};

}  // namespace sudare::audit

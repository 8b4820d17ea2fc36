// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "protocol/core/result.h"
#include "protocol/ipc/sweep_list.h"
#include "server/recorder/settings.h"

// sudare-recorder --sweep: removes the recordings that the broker's list names AND that are older than
// the floor of our own settings. A process of its own that nobody connects to, started by a timer; the
// one that speaks with links can remove nothing (sandbox.h).
namespace sudare::recorder {

// One run; `now` in seconds since 1970. What it did stands in DIRECTORY/swept, too. A file is as old as
// its last byte and as the end of its folder's day say, whichever is later. Errors: there is no list, it
// is malformed, its lock is missing, or a folder cannot be read; what was removed before is removed.
Result<ipc::Swept> sweep(const Settings& settings, std::int64_t now);

// What stays: reading the list, and removing in the directory of the recordings. No socket, no process.
Result<void> enter_sweep_sandbox(const Settings& settings);

}  // namespace sudare::recorder

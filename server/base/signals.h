// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/core/result.h"
#include "server/base/unique_fd.h"

namespace sudare {

// Blocks SIGTERM, SIGINT and SIGHUP and returns a descriptor (signalfd) that becomes readable
// when one arrives; SIGPIPE is ignored. Call before any thread starts.
Result<UniqueFd> stop_signals();

// The signal number waiting on that descriptor, 0 when none.
int take_signal(int signal_fd);

}  // namespace sudare

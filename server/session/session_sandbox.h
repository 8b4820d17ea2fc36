// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/core/result.h"

namespace sudare::session {

// No files, no new sockets, no processes: what is open stays, and connections come by accepting
// on the Wayland socket or as descriptors from the launcher. Call before the first Wayland byte.
Result<void> enter_sandbox();

}  // namespace sudare::session

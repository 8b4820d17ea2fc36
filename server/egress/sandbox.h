// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/core/result.h"

namespace sudare::egress {

// After this call: TCP and UDP connections outward, the two inherited sockets, memory and time.
// No file, no process, no other socket family, no listening.
Result<void> enter_sandbox();

}  // namespace sudare::egress

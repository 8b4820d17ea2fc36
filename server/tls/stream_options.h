// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/core/result.h"

namespace sudare {

// What may wait unsent in the kernel before a write blocks: a picture that is still there is
// older than one that could be encoded now (design.md section 4, rule 2).
inline constexpr int kNotSentLowWater = 16 << 10;  // bytes

// TCP_NODELAY and TCP_NOTSENT_LOWAT on a connected TCP socket; other sockets are left alone.
Result<void> tune_stream(int fd);

}  // namespace sudare

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/core/result.h"

namespace sudare {

// What may wait unsent in the kernel before a write blocks: a picture that is still there is
// older than one that could be encoded now (design.md section 4, rule 2).
inline constexpr int kNotSentLowWater = 16 << 10;  // bytes

// After this time without any answer from the peer's kernel, or with its window shut, a connection
// is dead: a machine without power, a cut cable. Longer than limits::kPingDeadline, so that a
// viewer that stalls is found out by its heartbeat, which knows the reason. Between link and relay
// there is no other heartbeat.
inline constexpr int kUserTimeoutMillis = 20'000;
// A quiet connection is asked after kKeepAliveIdle, then again every kKeepAliveInterval.
inline constexpr int kKeepAliveIdle = 10;     // seconds
inline constexpr int kKeepAliveInterval = 5;  // seconds

// TCP_NODELAY, TCP_NOTSENT_LOWAT, TCP_USER_TIMEOUT and keep-alive on a connected TCP socket; other
// sockets are left alone.
Result<void> tune_stream(int fd);

}  // namespace sudare

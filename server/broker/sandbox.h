// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/core/result.h"
#include "server/broker/settings.h"

namespace sudare::broker {

// sudare-broker may use its state and audit directories, the sockets that it has, and Unix
// connections accepted on them. It can make no socket, start no program and no thread.
Result<void> enter_sandbox(const Settings& settings);

}  // namespace sudare::broker

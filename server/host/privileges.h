// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/core/result.h"

namespace sudare::host {

// Keeps of root's rights only what starting, ending and cleaning up sessions under other uids
// takes: CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID, SETUID, SYS_RESOURCE. Mounts, modules, raw
// devices, tracing and the network's administration are given up for good, for every child as
// well. The process cannot be dumped or traced by its own uid: it has the TLS key in memory. Does
// nothing of the first part for an ordinary user.
Result<void> reduce_privileges();

}  // namespace sudare::host

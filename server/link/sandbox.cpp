// SPDX-License-Identifier: Apache-2.0
#include "server/link/sandbox.h"

#include "server/base/sandbox.h"

namespace sudare::link {

Result<void> enter_sandbox() {
    Sandbox sandbox;
    sandbox.allowed = connected_socket_syscalls();
    // Watching a received descriptor: FIONBIO and F_DUPFD_CLOEXEC. pread: newer revocation lists.
    for (const char* name : {"fcntl", "ioctl", "pread64"})
        sandbox.allowed.push_back({name, {}});
    sandbox.memory_bytes = 1ULL << 30;
    sandbox.no_new_processes = true;
    return enter(sandbox);
}

}  // namespace sudare::link

// SPDX-License-Identifier: Apache-2.0
#include "server/relay/sandbox.h"

#include "server/base/sandbox.h"

namespace sudare::relay {

Result<void> enter_sandbox() {
    Sandbox sandbox;
    sandbox.allowed = connected_socket_syscalls();
    // The egress stream is watched through an epoll set of its own; dup is F_DUPFD_CLOEXEC.
    for (const char* name : {"epoll_create1", "fcntl", "ioctl"})
        sandbox.allowed.push_back({name, {}});
    sandbox.memory_bytes = 512ULL << 20;
    sandbox.no_new_processes = true;
    return enter(sandbox);
}

}  // namespace sudare::relay

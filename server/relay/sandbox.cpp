// SPDX-License-Identifier: Apache-2.0
#include "server/relay/sandbox.h"

#include <fcntl.h>
#include <sys/ioctl.h>

#include "server/base/sandbox.h"

namespace sudare::relay {
namespace {

constexpr std::uint64_t kAllBits = 0xffffffff;  // an int argument; the upper half is not defined

}  // namespace

Result<void> enter_sandbox() {
    Sandbox sandbox;
    sandbox.allowed = connected_socket_syscalls();
    sandbox.allowed.push_back({"epoll_create1", {}});  // watches the shared egress stream
    // Watching a received descriptor. No other ioctl: stderr may be root's terminal.
    sandbox.allowed.push_back({"ioctl", {{1, kAllBits, FIONBIO}}});
    for (const int command : {F_GETFL, F_SETFL, F_DUPFD_CLOEXEC})
        sandbox.allowed.push_back({"fcntl", {{1, kAllBits, static_cast<std::uint64_t>(command)}}});
    sandbox.memory_bytes = 512ULL << 20;
    sandbox.no_new_processes = true;
    return enter(sandbox);
}

}  // namespace sudare::relay

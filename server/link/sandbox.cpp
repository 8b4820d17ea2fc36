// SPDX-License-Identifier: Apache-2.0
#include "server/link/sandbox.h"

#include <fcntl.h>
#include <sys/ioctl.h>

#include "server/base/sandbox.h"

namespace sudare::link {

namespace {

constexpr std::uint64_t kAllBits = 0xffffffff;  // an int argument; the upper half is not defined

}  // namespace

Result<void> enter_sandbox() {
    Sandbox sandbox;
    sandbox.allowed = connected_socket_syscalls();
    // Watching a received descriptor. No other ioctl: stderr may be a terminal.
    sandbox.allowed.push_back({"ioctl", {{1, kAllBits, FIONBIO}}});
    for (const int command : {F_GETFL, F_SETFL, F_DUPFD_CLOEXEC})
        sandbox.allowed.push_back({"fcntl", {{1, kAllBits, static_cast<std::uint64_t>(command)}}});
    sandbox.allowed.push_back({"pread64", {}});  // newer revocation lists
    sandbox.memory_bytes = 1ULL << 30;
    sandbox.no_new_processes = true;
    return enter(sandbox);
}

}  // namespace sudare::link

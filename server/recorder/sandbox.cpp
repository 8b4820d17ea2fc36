// SPDX-License-Identifier: Apache-2.0
#include "server/recorder/sandbox.h"

#include <sys/ioctl.h>

#include "server/base/sandbox.h"

namespace sudare::recorder {

Result<void> enter_sandbox(const Settings& settings) {
    Sandbox sandbox;
    sandbox.allowed = connected_socket_syscalls();
    for (const char* name : {"accept", "accept4", "geteuid", "openat", "mkdirat", "fsync", "fdatasync", "fstatfs"})
        sandbox.allowed.push_back({name, {}});
    sandbox.allowed.push_back({"ioctl", {{1, 0xffffffff, FIONBIO}}});
    // stdio asks what stdout is before the READY line; an error is an answer, too.
    sandbox.refused = {"newfstatat", "fstat"};
    sandbox.writable = {settings.directory};
    sandbox.memory_bytes = 512ULL << 20;
    sandbox.no_file_growth = false;
    sandbox.no_new_processes = true;
    return enter(sandbox);
}

}  // namespace sudare::recorder

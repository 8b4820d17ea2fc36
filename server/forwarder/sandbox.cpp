// SPDX-License-Identifier: Apache-2.0
#include "server/forwarder/sandbox.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "server/base/sandbox.h"

namespace sudare::forwarder {

Result<void> enter_sandbox(const Settings& settings) {
    Sandbox sandbox;
    sandbox.allowed = connected_socket_syscalls();
    for (const char* name : {"connect", "openat", "getdents64", "fstat", "newfstatat", "stat",
                             "access", "faccessat2", "pread64", "fsync", "rename", "fcntl"})
        sandbox.allowed.push_back({name, {}});
    for (const int family : {AF_UNIX, AF_INET, AF_INET6})
        sandbox.allowed.push_back(
            {"socket", {{0, 0xffffffff, static_cast<std::uint64_t>(family)}}});
    sandbox.allowed.push_back({"ioctl", {{1, 0xffffffff, SIOCOUTQ}}});
    sandbox.readable = {settings.audit_dir};
    sandbox.writable = {settings.state_dir};
    sandbox.memory_bytes = 512ULL << 20;
    sandbox.no_file_growth = false;  // the position is a new file each time
    sandbox.no_new_processes = true;
    return enter(sandbox);
}

}  // namespace sudare::forwarder

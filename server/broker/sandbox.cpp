// SPDX-License-Identifier: Apache-2.0
#include "server/broker/sandbox.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

#include "server/base/sandbox.h"

namespace sudare::broker {

Result<void> enter_sandbox(const Settings& settings) {
    Sandbox sandbox;
    sandbox.allowed = connected_socket_syscalls();
    for (const char* name :
         {// links and administrators
          "accept", "accept4",
          // SQLite and the audit log, inside the two directories that Landlock leaves
          "openat", "unlink", "unlinkat", "rename", "getdents64", "fstat", "newfstatat", "stat", "lstat", "access", "faccessat2",
          "pread64", "pwrite64", "fsync", "fdatasync", "ftruncate", "fcntl", "fchown", "fchmod",
          "getcwd", "readlink", "lseek", "geteuid", "getuid", "getegid", "statfs", "fstatfs", "fallocate",
          // the limits of Argon2's memory
          "mlock", "munlock"})
        sandbox.allowed.push_back({name, {}});
    // sudare-signer may be started anew, so that there is something to connect to. Unix sockets only: no address of a network can be spoken to.
    if (!settings.signer_socket.empty()) {
        sandbox.allowed.push_back({"socket", {{0, 0xffffffff, AF_UNIX}}});
        sandbox.allowed.push_back({"connect", {}});
    }
    sandbox.allowed.push_back({"ioctl", {{1, 0xffffffff, FIONBIO}}});
    sandbox.writable = {settings.state_dir, settings.audit_dir};
    if (!settings.recordings.empty())
        sandbox.readable = {settings.recordings};
    if (!settings.sweep_list.empty())
        sandbox.writable.push_back(settings.sweep_list.substr(0, settings.sweep_list.rfind('/') + 1));
    sandbox.no_file_growth = false;
    return enter(sandbox);
}

}  // namespace sudare::broker

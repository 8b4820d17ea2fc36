// SPDX-License-Identifier: Apache-2.0
#include "server/recorder/sandbox.h"

#include <fcntl.h>
#include <sys/ioctl.h>

#include "server/base/sandbox.h"

namespace sudare::recorder {
namespace {

// All that recording_file.cpp opens: a file that is not there yet, to append to it; and folders.
// What stands there already can be neither read nor changed, whoever has this process.
constexpr std::uint64_t kFileBits = O_ACCMODE | O_CREAT | O_EXCL | O_TRUNC | O_APPEND | O_DIRECTORY;
constexpr SyscallRule::Condition kNewFile{2, kFileBits, O_WRONLY | O_CREAT | O_EXCL | O_APPEND};
constexpr SyscallRule::Condition kFolder{2, kFileBits, O_RDONLY | O_DIRECTORY};

}  // namespace

Result<void> enter_sandbox(const Settings& settings) {
    Sandbox sandbox;
    sandbox.allowed = connected_socket_syscalls();
    for (const char* name :
         {"accept", "accept4", "geteuid", "mkdirat", "fsync", "fdatasync", "fstatfs"})
        sandbox.allowed.push_back({name, {}});
    for (const SyscallRule::Condition& flags : {kNewFile, kFolder})
        sandbox.allowed.push_back({"openat", {flags}});
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

// SPDX-License-Identifier: Apache-2.0
#include "server/session/session_sandbox.h"

#include <fcntl.h>

#include "server/base/sandbox.h"

namespace sudare::session {
namespace {

// Framebuffer, surfaces (kStoredPixelsMax), shadow and queue at 4K come to 0.5 GiB; the rest is
// address space of the browser's pools, which is not memory of ours.
constexpr std::uint64_t kAddressSpace = 4ULL << 30;

}  // namespace

Result<void> enter_sandbox() {
    Sandbox sandbox;
    sandbox.allowed = connected_socket_syscalls();
    sandbox.allowed.push_back({"accept4", {}});  // the Wayland socket
    // libwayland duplicates each descriptor it is to pass or to watch.
    sandbox.allowed.push_back({"fcntl", {{1, ~0ULL, F_DUPFD_CLOEXEC}}});
    // wl_shm_create_pool asks how the memory is sealed and how large it is. Without the size it
    // keeps its SIGBUS guard on, which is all we want, and no way to ask about files is left open.
    sandbox.allowed.push_back({"fcntl", {{1, ~0ULL, F_GET_SEALS}}});
    sandbox.refused = {"fstat", "newfstatat"};
    sandbox.memory_bytes = kAddressSpace;
    // stderr may be a log file. No other file is open and none can be.
    sandbox.no_file_growth = false;
    sandbox.no_new_processes = true;
    return enter(sandbox);
}

}  // namespace sudare::session

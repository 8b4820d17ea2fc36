// SPDX-License-Identifier: Apache-2.0
#include "server/signer/sandbox.h"

#include "server/base/sandbox.h"

namespace sudare::signer {

Result<void> enter_sandbox(const Settings& settings) {
    Sandbox sandbox;
    sandbox.allowed = connected_socket_syscalls();
    for (const char* name :
         {"accept", "accept4", "openat", "fsync", "rename", "fstat", "newfstatat"})
        sandbox.allowed.push_back({name, {}});
    sandbox.writable = {settings.state_dir};
    sandbox.no_file_growth = false;  // the new state is a new file
    sandbox.no_new_processes = true;
    return enter(sandbox);
}

}  // namespace sudare::signer

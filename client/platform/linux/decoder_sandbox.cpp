// SPDX-License-Identifier: Apache-2.0
#include "client/platform/linux/decoder_sandbox.h"

#include <sys/mman.h>

namespace sudare::decoder {

Sandbox decoder_sandbox() {
    Sandbox sandbox;
    sandbox.allowed = {{"mmap", {{2, PROT_EXEC, 0}}}, {"mprotect", {{2, PROT_EXEC, 0}}}};
    for (const char* name : {"read",
                             "write",
                             "futex",
                             "munmap",
                             "mremap",
                             "madvise",
                             "brk",
                             "clock_gettime",
                             "clock_nanosleep",
                             "nanosleep",
                             "ppoll",
                             "poll",
                             "sched_yield",
                             "getpid",
                             "gettid",
                             "getrandom",
                             "rt_sigprocmask",
                             "rt_sigreturn",
                             "restart_syscall",
                             "exit",
                             "exit_group"})
        sandbox.allowed.push_back({name, {}});
    // Four VP9 decoders with references for 4K need some 400 MB of addresses; a runaway stops here.
    sandbox.memory_bytes = 1ULL << 30;
    sandbox.no_new_files = true;
    sandbox.no_file_growth = true;
    sandbox.no_new_processes = true;
    return sandbox;
}

}  // namespace sudare::decoder

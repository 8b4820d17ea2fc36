// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "protocol/core/result.h"

// Takes rights away from the calling process for good. Every program has one small file that
// states its Sandbox and calls enter() before it reads the first hostile byte; failing to enter
// is fatal. It is on by default and there is no switch to turn it off.
namespace sudare {

struct SyscallRule {
    const char* name;
    // Only when argument number `argument` equals `value` under `mask`.
    struct Condition {
        unsigned argument;
        std::uint64_t mask;
        std::uint64_t value;
    };
    std::vector<Condition> conditions{};
};

struct Sandbox {
    // The only system calls left; everything else kills the process (SECCOMP_RET_KILL_PROCESS).
    std::vector<SyscallRule> allowed{};
    // Calls that fail with EPERM instead of killing: what a library tries and can live without.
    std::vector<const char*> refused{};
    // The same for some arguments only, of calls that `allowed` permits for others.
    std::vector<SyscallRule> refused_when{};
    // Files that may still be reached (Landlock); usually none.
    std::vector<std::string> readable{};
    std::vector<std::string> writable{};
    // Programs and their libraries: readable and executable. Landlock and the filter hold for what
    // is started, too.
    std::vector<std::string> executable{};
    // Address space in bytes; not under sanitizers, whose shadow memory is larger than any limit.
    std::optional<std::uint64_t> memory_bytes{};
    bool no_new_files = false;      // RLIMIT_NOFILE to what is open now
    bool no_file_growth = true;     // RLIMIT_FSIZE 0: pipes, sockets and memfds are not affected*
    bool no_new_processes = false;  // RLIMIT_NPROC 0
};
// * memfds are: a process that grows one leaves no_file_growth off.

// Calls that nearly every event loop of ours needs: read, write, close, futex, memory (never
// executable), clocks, poll and epoll, signals, exit. No open, socket, clone, exec or ioctl.
std::vector<SyscallRule> baseline_syscalls();

// Baseline plus sockets that are already open: sendmsg, recvmsg, shutdown, getsockopt...
std::vector<SyscallRule> connected_socket_syscalls();

// Order: dumpable off, no_new_privs, rlimits, Landlock, seccomp (all threads). Under sanitizers
// Landlock and seccomp are left out, since their runtime opens, maps and spawns in its own way.
// Landlock holds for the calling thread and those that it starts later: a program whose other threads
// open files starts them in `start_threads`, which runs between Landlock and seccomp.
Result<void> enter(const Sandbox& sandbox, const std::function<Result<void>()>& start_threads = {});

}  // namespace sudare

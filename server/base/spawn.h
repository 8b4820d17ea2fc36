// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/core/result.h"
#include "server/base/unique_fd.h"

namespace sudare {

// A child with a pidfd: poll it for readability to learn of its end without SIGCHLD.
struct Child {
    pid_t pid = -1;
    UniqueFd pidfd;

    // How it ended, when it has ended (wait status of waitpid); reaps it. nullopt: still running.
    std::optional<int> try_wait();
    // Blocks until the end.
    int wait();
    // Sends a signal through the pidfd: never hits a recycled pid.
    void signal(int number) const;
};

// What to start. argv comes from our code only, never from a peer. The child gets exactly the
// descriptors of `fds` (and 0, 1, 2); everything else is closed by close_range before exec,
// because libraries open descriptors without close-on-exec (reference/trials.md section 5).
struct SpawnSpec {
    std::string program;                           // absolute path
    std::vector<std::string> argv;                 // argv[0] included
    std::vector<std::string> environment;          // "NAME=value"; nothing is inherited
    std::vector<std::pair<int, int>> fds;          // ours -> number in the child, >= 3, distinct
    std::optional<int> standard_output;            // else inherited
    std::optional<int> standard_error;             // else inherited
    std::string directory = "/";
    // With both ids the child drops all supplementary groups and capabilities for good.
    std::optional<uid_t> uid;
    std::optional<gid_t> gid;
    bool no_new_privs = true;
    bool die_with_parent = true;                   // PR_SET_PDEATHSIG SIGKILL
    bool new_session = false;                      // setsid: own process group for kill(-pid)
    std::uint64_t open_files = 1024;               // RLIMIT_NOFILE
    // Directory of a cgroup v1 or v2 in which the child starts; its cgroup.procs is written by
    // the child before it drops privileges.
    std::vector<std::string> cgroups;
};

// Errors: kSystem with the failing call. A failure between fork and exec is reported as well
// (through a close-on-exec pipe), so success means that exec has happened.
Result<Child> spawn(const SpawnSpec& spec);

// "exit 3", "signal 9 (Killed)": for logs.
std::string describe_wait_status(int status);

// The directory of the running executable: programs of one installation stand side by side.
Result<std::string> own_directory();

}  // namespace sudare

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/core/result.h"
#include "protocol/core/terminal.h"
#include "server/base/spawn.h"
#include "server/base/unique_fd.h"

namespace sudare::browser {

// What differs between two boxes. Nothing in it comes from the network but the locale's enum.
// Paths are of the launcher's own making, in directories that no session can write, so that no
// bind source can be swapped (CVE-2024-42472, CVE-2026-34078).
struct BoxSpec {
    std::string box_init;        // the sudare-box-init executable
    std::string wayland_socket;  // the session's compositor
    std::string egress_socket;   // the session's egress process
    std::string policies;        // directory with managed/10-session.json
    Locale locale = Locale::kJapanese;
    std::string time_zone = "Asia/Tokyo";  // a name under /usr/share/zoneinfo
    std::uint32_t home_mib = 512;          // profile and cache, in memory; dies with the box
    std::uint32_t shared_memory_mib = 512;
};

// Everything that a start of the box needs: hand `spawn` to sudare::spawn() after filling in
// uid, gid, cgroups and standard streams. The descriptors that it names live in `files`.
struct Box {
    SpawnSpec spawn;
    std::vector<UniqueFd> files;
};

// The box around `command` (argv, absolute path inside the box; tests put a probe there). New
// user, pid, network, mount, ipc, uts and cgroup namespaces; the host's /usr read-only; a
// synthetic account; every writable place a tmpfs with a size; the two sockets as the only ways
// out; no capabilities, no new privileges; the outer seccomp filter. bwrap's own status is that
// of the command. Chromium's sandbox nests inside, so user namespaces stay available there.
Result<Box> make_box(const BoxSpec& spec, const std::vector<std::string>& command);

}  // namespace sudare::browser

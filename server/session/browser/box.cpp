// SPDX-License-Identifier: Apache-2.0
#include "server/session/browser/box.h"

#include "server/session/browser/box_layout.h"
#include "server/session/browser/box_parts.h"

namespace sudare::browser {
namespace {

constexpr std::uint32_t kTmpMib = 64, kRunMib = 8;

// The places that can be written: all in memory, all with a size, counted in the session's
// cgroup. /run and /home/s are made before the sockets are bound into them.
void add_memory(Arguments& out, const BoxSpec& spec) {
    add(out, {"--proc", "/proc", "--dev", "/dev"});
    add_tmpfs(out, spec.shared_memory_mib, "/dev/shm", "1777");
    add_tmpfs(out, kTmpMib, "/tmp", "1777");
    add_tmpfs(out, kRunMib, "/run", "0755");
    add_tmpfs(out, spec.home_mib, kBoxHome, "0700");
}

void add_ways_out(Arguments& out, const BoxSpec& spec) {
    add(out, {"--ro-bind", spec.policies, kBoxPolicies});
    add(out, {"--ro-bind", spec.egress_socket, kBoxEgressSocket});
    add(out, {"--perms", "0700", "--dir", kBoxRuntimeDir});
    add(out,
        {"--ro-bind", spec.wayland_socket, std::string(kBoxRuntimeDir) + "/" + kBoxWaylandName});
    add(out, {"--ro-bind", spec.box_init, kBoxInit});
    // Last of all: the mount points stand, and these three need no writing. (/dev has no size of
    // its own: it would take what it is given up to the session's memory limit.)
    add(out, {"--remount-ro", "/dev", "--remount-ro", "/run", "--remount-ro", "/"});
}

void add_browser_environment(Arguments& out, const BoxSpec& spec) {
    add_environment(out, spec.locale);
    add_variable(out, "TZ", spec.time_zone);
    // GTK would look for a settings daemon and an accessibility bus; there is no bus at all.
    add_variable(out, "GSETTINGS_BACKEND", "memory");
    add_variable(out, "NO_AT_BRIDGE", "1");
}

}  // namespace

Result<Box> make_box(const BoxSpec& spec, const std::vector<std::string>& command) {
    if (command.empty() || !command.front().starts_with('/'))
        return fail(Errc::kBadInput, "the command of a box must be an absolute path");
    Arguments out;
    add_isolation(out);
    add_system(out);
    add_memory(out, spec);
    add_ways_out(out, spec);
    add_browser_environment(out, spec);
    std::vector<std::string> whole{kBoxInit};
    whole.insert(whole.end(), command.begin(), command.end());
    return close_box(std::move(out), whole);
}

}  // namespace sudare::browser

// SPDX-License-Identifier: Apache-2.0
#include "server/session/browser/box.h"

#include <spdlog/fmt/fmt.h>

#include <initializer_list>

#include "server/base/unix_socket.h"
#include "server/session/browser/box_layout.h"
#include "server/session/browser/outer_filter.h"

namespace sudare::browser {
namespace {

constexpr char kBwrap[] = "/usr/bin/bwrap";
constexpr int kFilterFd = 11, kPasswdFd = 12, kGroupFd = 13;
constexpr std::uint64_t kOpenFiles = 4096;
constexpr std::uint32_t kTmpMib = 64, kRunMib = 8;

using Arguments = std::vector<std::string>;

void add(Arguments& out, std::initializer_list<std::string> more) {
    out.insert(out.end(), more.begin(), more.end());
}

void add_tmpfs(Arguments& out, std::uint32_t mib, const std::string& where, const char* mode) {
    add(out,
        {"--perms", mode, "--size", std::to_string(std::uint64_t{mib} << 20), "--tmpfs", where});
}

void add_isolation(Arguments& out) {
    const std::string id = std::to_string(kBoxUid);
    add(out, {"--unshare-all", "--uid", id, "--gid", id, "--cap-drop", "ALL", "--new-session",
              "--die-with-parent", "--hostname", "session"});
}

// The system: read-only, owned by root, nothing of the host's /etc but fonts and the library
// index. The font cache saves the scan of all fonts at each start.
void add_system(Arguments& out) {
    add(out, {"--ro-bind", "/usr", "/usr"});
    for (const char* name : {"bin", "sbin", "lib", "lib64"})
        add(out, {"--symlink", std::string("usr/") + name, std::string("/") + name});
    add(out, {"--ro-bind", "/etc/fonts", "/etc/fonts"});
    add(out, {"--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"});
    add(out, {"--ro-bind-try", "/var/cache/fontconfig", "/var/cache/fontconfig"});
    // Without an account Chromium exits silently with status 0 (reference/security.md 6.2).
    add(out, {"--perms", "0644", "--ro-bind-data", std::to_string(kPasswdFd), "/etc/passwd"});
    add(out, {"--perms", "0644", "--ro-bind-data", std::to_string(kGroupFd), "/etc/group"});
}

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

void add_environment(Arguments& out, const BoxSpec& spec) {
    const bool japanese = spec.locale == Locale::kJapanese;
    const auto set = [&](const char* name, const std::string& value) {
        add(out, {"--setenv", name, value});
    };
    add(out, {"--clearenv"});
    set("PATH", "/usr/bin");
    set("HOME", kBoxHome);
    set("LANG", japanese ? "ja_JP.UTF-8" : "en_US.UTF-8");
    set("LANGUAGE", japanese ? "ja" : "en_US");
    set("TZ", spec.time_zone);
    set("XDG_RUNTIME_DIR", kBoxRuntimeDir);
    set("WAYLAND_DISPLAY", kBoxWaylandName);
    set("FONTCONFIG_FILE", "/etc/fonts/fonts.conf");
    // GTK would look for a settings daemon and an accessibility bus; there is no bus at all.
    set("GSETTINGS_BACKEND", "memory");
    set("NO_AT_BRIDGE", "1");
}

Arguments box_arguments(const BoxSpec& spec, const std::vector<std::string>& command) {
    Arguments out{kBwrap};
    add_isolation(out);
    add_system(out);
    add_memory(out, spec);
    add_ways_out(out, spec);
    add_environment(out, spec);
    add(out, {"--chdir", kBoxHome, "--seccomp", std::to_string(kFilterFd)});
    // Nothing after this is an option of bwrap (CVE-2024-32462).
    add(out, {"--", kBoxInit});
    out.insert(out.end(), command.begin(), command.end());
    return out;
}

Result<UniqueFd> text_file(const char* name, const std::string& text) {
    return sealed_memory(name, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace

Result<Box> make_box(const BoxSpec& spec, const std::vector<std::string>& command) {
    if (command.empty() || !command.front().starts_with('/'))
        return fail(Errc::kBadInput, "the command of a box must be an absolute path");
    Box box;
    SUDARE_TRY(UniqueFd filter, outer_filter());
    SUDARE_TRY(UniqueFd passwd,
               text_file("passwd", fmt::format("s:x:{0}:{0}:session:{1}:/usr/sbin/nologin\n",
                                               kBoxUid, kBoxHome)));
    SUDARE_TRY(UniqueFd group, text_file("group", fmt::format("s:x:{}:\n", kBoxUid)));
    box.spawn.program = kBwrap;
    box.spawn.argv = box_arguments(spec, command);
    box.spawn.fds = {{filter.get(), kFilterFd}, {passwd.get(), kPasswdFd}, {group.get(), kGroupFd}};
    box.spawn.new_session = true;
    box.spawn.open_files = kOpenFiles;
    for (UniqueFd* file : {&filter, &passwd, &group})
        box.files.push_back(std::move(*file));
    return box;
}

}  // namespace sudare::browser

// SPDX-License-Identifier: Apache-2.0
#include "server/session/browser/box_parts.h"

#include <spdlog/fmt/fmt.h>

#include "server/base/unix_socket.h"
#include "server/session/browser/box_layout.h"
#include "server/session/browser/outer_filter.h"

namespace sudare::browser {
namespace {

constexpr char kBwrap[] = "/usr/bin/bwrap";
constexpr int kFilterFd = 11, kPasswdFd = 12, kGroupFd = 13;
constexpr std::uint64_t kOpenFiles = 4096;

}  // namespace

void add(Arguments& out, std::initializer_list<std::string> more) {
    out.insert(out.end(), more.begin(), more.end());
}

void add_tmpfs(Arguments& out, std::uint32_t mib, const std::string& where, const char* mode) {
    add(out,
        {"--perms", mode, "--size", std::to_string(std::uint64_t{mib} << 20), "--tmpfs", where});
}

void add_isolation(Arguments& out) {
    const std::string id = std::to_string(kBoxUid);
    add(out, {kBwrap, "--unshare-all", "--uid", id, "--gid", id, "--cap-drop", "ALL",
              "--new-session", "--die-with-parent", "--hostname", "session"});
}

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

void add_variable(Arguments& out, const char* name, const std::string& value) {
    add(out, {"--setenv", name, value});
}

void add_environment(Arguments& out, Locale locale) {
    const bool japanese = locale == Locale::kJapanese;
    add(out, {"--clearenv"});
    add_variable(out, "PATH", "/usr/bin");
    add_variable(out, "HOME", kBoxHome);
    add_variable(out, "LANG", japanese ? "ja_JP.UTF-8" : "en_US.UTF-8");
    add_variable(out, "LANGUAGE", japanese ? "ja" : "en_US");
    add_variable(out, "XDG_RUNTIME_DIR", kBoxRuntimeDir);
    add_variable(out, "WAYLAND_DISPLAY", kBoxWaylandName);
    add_variable(out, "FONTCONFIG_FILE", "/etc/fonts/fonts.conf");
}

Result<void> hand_in(Box& box, const char* name, const std::string& bytes, int number) {
    SUDARE_TRY(UniqueFd file,
               sealed_memory(name, {reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                    bytes.size()}));
    box.spawn.fds.push_back({file.get(), number});
    box.files.push_back(std::move(file));
    return {};
}

Result<Box> close_box(Arguments arguments, const std::vector<std::string>& command) {
    if (command.empty() || !command.front().starts_with('/'))
        return fail(Errc::kBadInput, "the command of a box must be an absolute path");
    Box box;
    SUDARE_TRY(UniqueFd filter, outer_filter());
    box.spawn.fds = {{filter.get(), kFilterFd}};
    box.files.push_back(std::move(filter));
    SUDARE_CHECK(hand_in(box, "passwd",
                         fmt::format("s:x:{0}:{0}:session:{1}:/usr/sbin/nologin\n", kBoxUid,
                                     kBoxHome),
                         kPasswdFd));
    SUDARE_CHECK(hand_in(box, "group", fmt::format("s:x:{}:\n", kBoxUid), kGroupFd));
    add(arguments, {"--chdir", kBoxHome, "--seccomp", std::to_string(kFilterFd)});
    // Nothing after this is an option of bwrap (CVE-2024-32462).
    add(arguments, {"--"});
    arguments.insert(arguments.end(), command.begin(), command.end());
    box.spawn.program = kBwrap;
    box.spawn.argv = std::move(arguments);
    box.spawn.new_session = true;
    box.spawn.open_files = kOpenFiles;
    return box;
}

}  // namespace sudare::browser

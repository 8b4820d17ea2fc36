// SPDX-License-Identifier: Apache-2.0
#include "server/gateway/sandbox.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <csignal>
#include <filesystem>
#include <set>

#include "server/base/sandbox.h"

namespace sudare::gateway {
namespace {

constexpr std::uint64_t kAllBits = 0xffffffff;  // an int argument; the upper half is not defined
constexpr std::uint64_t kTypeBits = 0xf;        // without SOCK_CLOEXEC and SOCK_NONBLOCK
constexpr std::uint64_t kNewNamespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
                                         CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

// 20,000 links of a few kB, and two revocation lists of 4 MiB; a link sets the same for itself.
constexpr std::uint64_t kMemoryBytes = 1ULL << 30;

SyscallRule only(const char* call, unsigned argument, std::uint64_t value) {
    return {call, {{argument, kAllBits, value}}};
}

// Streams to the broker and the session host; nothing can be bound any more.
void add_connections(std::vector<SyscallRule>& rules) {
    for (const int family : {AF_UNIX, AF_INET, AF_INET6})
        rules.push_back({"socket",
                         {{0, kAllBits, static_cast<std::uint64_t>(family)},
                          {1, kTypeBits, SOCK_STREAM}}});
    rules.push_back({"socketpair", {{0, kAllBits, AF_UNIX}, {1, kTypeBits, SOCK_STREAM}}});
    for (const char* name : {"accept", "accept4", "connect"})
        rules.push_back({name, {}});
}

// server/base/spawn.cpp, up to execve. No namespaces: they would bring capabilities.
void add_starting(std::vector<SyscallRule>& rules) {
    rules.push_back({"clone", {{0, kNewNamespaces, 0}}});
    for (const char* name : {"execve", "pipe2", "dup2", "close_range", "getppid", "chdir", "wait4",
                             "pidfd_open", "pidfd_send_signal", "memfd_create"})
        rules.push_back({name, {}});
    rules.push_back(only("kill", 1, SIGKILL));
    rules.push_back(only("prlimit64", 0, 0));  // its own limits only
    for (const int option : {PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG, PR_SET_DUMPABLE})
        rules.push_back(only("prctl", 0, static_cast<std::uint64_t>(option)));
}

// Files within what Landlock leaves: lists and renewed certificates here; in a link the dynamic
// linker, which is why memory may become executable again.
void add_files_and_loader(std::vector<SyscallRule>& rules) {
    for (const char* name :
         {"openat", "fstat", "newfstatat", "pread64", "fcntl", "ioctl", "access", "readlink",
          "mmap", "mprotect", "arch_prctl", "set_tid_address", "uname", "getcwd", "statx",
          "epoll_create1", "timerfd_create", "sysinfo", "seccomp", "landlock_create_ruleset",
          "landlock_add_rule", "landlock_restrict_self"})
        rules.push_back({name, {}});
}

std::vector<std::string> directories_of(const Settings& settings) {
    std::set<std::string> folders;
    for (const TlsPaths* paths : {&settings.viewer, &settings.host})
        for (const std::string* path :
             {&paths->certificate, &paths->key, &paths->authority, &paths->revoked})
            folders.insert(std::filesystem::path(*path).parent_path().string());
    return {folders.begin(), folders.end()};
}

// A rule holds for a file that exists now; a system without one of these has no such file later.
std::vector<std::string> existing(std::initializer_list<const char*> paths) {
    std::vector<std::string> out;
    std::error_code ignored;
    for (const char* path : paths)
        if (std::filesystem::exists(path, ignored))
            out.emplace_back(path);
    return out;
}

}  // namespace

Result<void> enter_sandbox(const Settings& settings, const std::string& programs) {
    Sandbox sandbox;
    // The baseline forbids executable memory; links could not load their libraries.
    for (const SyscallRule& rule : connected_socket_syscalls())
        if (rule.conditions.empty())
            sandbox.allowed.push_back(rule);
    add_connections(sandbox.allowed);
    add_starting(sandbox.allowed);
    add_files_and_loader(sandbox.allowed);
    // A rename replaces a file by another one: whole directories, so that renewal works.
    sandbox.readable = directories_of(settings);
    for (std::string& path : existing({"/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo"}))
        sandbox.readable.push_back(std::move(path));
    sandbox.executable = existing({"/lib", "/lib64", "/usr/lib", "/usr/lib64"});
    sandbox.executable.push_back(programs);
    sandbox.memory_bytes = kMemoryBytes;
    sandbox.no_file_growth = false;  // links get their settings as memory files
    return enter(sandbox);
}

}  // namespace sudare::gateway

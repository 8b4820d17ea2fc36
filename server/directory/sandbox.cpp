// SPDX-License-Identifier: Apache-2.0
#include "server/directory/sandbox.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <filesystem>

#include "server/base/sandbox.h"

namespace sudare::directory {
namespace {

constexpr std::uint64_t kAllBits = 0xffffffff;  // an int argument; the upper half is not defined
constexpr std::uint64_t kTypeBits = 0xf;        // without SOCK_CLOEXEC and SOCK_NONBLOCK

// Eight connections with messages of up to 1 MiB, and as many threads with their stacks (main.cpp leaves
// one arena).
constexpr std::uint64_t kMemoryBytes = 512ULL << 20;

void add_network(Sandbox& sandbox) {
    for (const int family : {AF_INET, AF_INET6})
        for (const int type : {SOCK_STREAM, SOCK_DGRAM})
            sandbox.allowed.push_back({"socket",
                                       {{0, kAllBits, static_cast<std::uint64_t>(family)},
                                        {1, kTypeBits, static_cast<std::uint64_t>(type)}}});
    for (const char* name : {"connect", "sendmmsg", "select", "pselect6"})
        sandbox.allowed.push_back({name, {}});
    // getaddrinfo asks the kernel for our addresses, and does without.
    sandbox.refused_when.push_back({"socket", {{0, kAllBits, AF_NETLINK}}});
    sandbox.allowed.push_back({"ioctl", {{1, kAllBits, FIONBIO}}});
    sandbox.allowed.push_back({"ioctl", {{1, kAllBits, FIONREAD}}});  // the resolver, of its answers
    for (const int command : {F_GETFL, F_SETFL, F_GETFD, F_SETFD, F_DUPFD_CLOEXEC})
        sandbox.allowed.push_back({"fcntl", {{1, kAllBits, static_cast<std::uint64_t>(command)}}});
}

}  // namespace

Result<void> enter_sandbox(const Settings& settings, const std::function<Result<void>()>& start_threads) {
    Sandbox sandbox;
    sandbox.allowed = connected_socket_syscalls();
    add_network(sandbox);
    // The authority for each connection; names.
    for (const char* name : {"openat", "fstat", "newfstatat", "access", "getuid", "geteuid", "getgid", "getegid", "uname",
                             "getppid", "getrusage", "times"})
        sandbox.allowed.push_back({name, {}});
    sandbox.readable.push_back(settings.authority);
    std::error_code ignored;
    for (const char* path : {"/etc/resolv.conf", "/etc/hosts", "/etc/host.conf", "/etc/gai.conf", "/etc/services",
                             "/etc/localtime"})
        if (std::filesystem::exists(path, ignored))
            sandbox.readable.emplace_back(path);
    sandbox.memory_bytes = kMemoryBytes;
    return enter(sandbox, start_threads);
}

}  // namespace sudare::directory

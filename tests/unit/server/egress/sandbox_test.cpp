// SPDX-License-Identifier: Apache-2.0
// What the network process may still do, and what not. Every refused probe is first shown to
// succeed without the sandbox; every permitted one shows that the filter is not simply shut.
#include "server/egress/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

namespace sudare::egress {
namespace {

struct Probe {
    const char* name;
    std::function<bool()> act;
};

bool listens_on_tcp() {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    return ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

const std::vector<Probe>& refused() {
    static const std::vector<Probe> list{
        {"open", [] { return ::open("/etc/hosts", O_RDONLY) >= 0; }},
        {"unix socket", [] { return ::socket(AF_UNIX, SOCK_STREAM, 0) >= 0; }},
        {"netlink socket", [] { return ::socket(AF_NETLINK, SOCK_RAW, 0) >= 0; }},
        {"seqpacket pair",
         [] {
             int ends[2];
             return ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0;
         }},
        {"bind", listens_on_tcp},
        {"fork", [] { return ::fork() >= 0; }},
        {"exec", [] { return ::execl("/bin/true", "true", static_cast<char*>(nullptr)) == 0; }},
        {"duplicate a descriptor", [] { return ::fcntl(0, F_DUPFD, 100) >= 0; }},
    };
    return list;
}

const std::vector<Probe>& permitted() {
    static const std::vector<Probe> list{
        {"tcp", [] { return ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0; }},
        {"tcp6", [] { return ::socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0) >= 0; }},
        {"udp", [] { return ::socket(AF_INET, SOCK_DGRAM, 0) >= 0; }},
        {"memory", [] { return std::vector<char>(10U << 20).size() > 0; }},
    };
    return list;
}

// Wait status of a child that acts, sandboxed or not; exit 0: the probe succeeded.
int run(bool sandboxed, const Probe& probe) {
    const pid_t pid = ::fork();
    if (pid == 0) {
        if (sandboxed && !enter_sandbox())
            ::_exit(99);
        ::_exit(probe.act() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    return status;
}

TEST(EgressSandbox, StopsEverythingButTheNetwork) {
#ifdef SUDARE_SANITIZED
    GTEST_SKIP() << "sanitizer runtimes cannot live inside seccomp";
#endif
    for (const Probe& probe : refused()) {
        EXPECT_EQ(run(false, probe), 0) << "control: " << probe.name;
        const int status = run(true, probe);
        EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) << probe.name;
    }
    for (const Probe& probe : permitted())
        EXPECT_EQ(run(true, probe), 0) << probe.name;
}

}  // namespace
}  // namespace sudare::egress

// SPDX-License-Identifier: Apache-2.0
// What reads a terminal's bytes may use what it holds and reach nothing else. Every refused probe
// is first shown to succeed without the sandbox.
#include "server/link/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <vector>

#include "server/base/unix_socket.h"

namespace sudare::link {
namespace {

struct Probe {
    const char* name;
    std::function<bool()> act;
};

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

bool maps_executable() {
    return ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
           MAP_FAILED;
}

bool asks_for_terminal_size() {
    winsize size{};
    return ::ioctl(0, TIOCGWINSZ, &size) == 0 || errno == ENOTTY;
}

const std::vector<Probe>& refused() {
    static const std::vector<Probe> list{
        {"open", [] { return ::open("/etc/hosts", O_RDONLY) >= 0; }},
        {"socket", [] { return ::socket(AF_INET, SOCK_STREAM, 0) >= 0; }},
        {"connect", [] { return ::connect(-1, nullptr, 0) < 0 && errno == EBADF; }},
        {"accept", [] { return ::accept(-1, nullptr, nullptr) < 0 && errno == EBADF; }},
        {"fork", [] { return ::fork() >= 0; }},
        {"exec", [] { return ::execl("/bin/true", "true", static_cast<char*>(nullptr)) == 0; }},
        {"executable memory", maps_executable},
        {"memory file", [] { return ::memfd_create("x", 0) >= 0; }},
        {"signal", [] { return ::kill(::getppid(), 0) == 0; }},
        {"terminal ioctl", asks_for_terminal_size},
        {"ask who gets its signals", [] { return ::fcntl(0, F_GETOWN) == 0; }},
        {"name", [] { return ::prctl(PR_SET_NAME, "x") == 0; }},
    };
    return list;
}

TEST(LinkSandbox, StopsEverythingButTheDescriptorsThatItHolds) {
#ifdef SUDARE_SANITIZED
    GTEST_SKIP() << "seccomp is left out under sanitizers; the plain build tests it";
#endif
    for (const Probe& probe : refused()) {
        EXPECT_EQ(run(false, probe), 0) << "control: " << probe.name;
        const int status = run(true, probe);
        EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) << probe.name;
    }
}

// What the link does with a connection that the gateway sends it.
TEST(LinkSandbox, TakesADescriptorAndReadsIt) {
#ifdef SUDARE_SANITIZED
    GTEST_SKIP();
#endif
    const auto ends = unix_pair();
    const auto memory = sealed_memory("lists", std::vector<std::uint8_t>{1, 2, 3});
    ASSERT_TRUE(ends && memory);
    const int fd = memory->get();
    const std::uint8_t order = 0x83;
    ASSERT_TRUE(send_with_fds(ends->first.get(), {&order, 1}, {&fd, 1}));
    const Probe probe{"receive", [&] {
        std::uint8_t byte = 0;
        std::vector<UniqueFd> fds;
        const auto got = receive_with_fds(ends->second.get(), {&byte, 1}, fds, false);
        int on = 1;
        return got && fds.size() == 1 && read_whole(fds[0].get(), 10)->size() == 3 &&
               ::ioctl(ends->second.get(), FIONBIO, &on) == 0 &&
               ::fcntl(ends->second.get(), F_DUPFD_CLOEXEC, 3) >= 0;
    }};
    EXPECT_EQ(run(true, probe), 0);
}

}  // namespace
}  // namespace sudare::link

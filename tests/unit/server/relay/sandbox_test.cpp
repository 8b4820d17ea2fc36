// SPDX-License-Identifier: Apache-2.0
// What reads the border's bytes on the session host may use what it holds and reach nothing else.
// Every refused probe is first shown to succeed without the sandbox.
#include "server/relay/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <vector>

namespace sudare::relay {
namespace {

struct Probe {
    const char* name;
    std::function<bool()> act;
};

// A pseudo-terminal, for probes that run in a child: made before the sandbox closes.
class Terminal {
public:
    Terminal() { EXPECT_EQ(::openpty(&master_, &slave_, nullptr, nullptr, nullptr), 0); }
    ~Terminal() {
        ::close(master_);
        ::close(slave_);
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    // In the child: the terminal as that of a launcher that was started from a shell.
    [[nodiscard]] bool make_controlling() const {
        return ::setsid() > 0 && ::ioctl(slave_, TIOCSCTTY, 0) == 0;
    }
    // A kernel since 6.2 may refuse with EIO, after having been asked.
    [[nodiscard]] bool type() const {
        const char letter = 'x';
        return ::ioctl(slave_, TIOCSTI, &letter) == 0 || errno == EIO;
    }
    [[nodiscard]] int fd() const { return slave_; }

private:
    int master_ = -1;
    int slave_ = -1;
};

// Wait status of a child that acts, sandboxed or not; exit 0: the probe succeeded.
int run(bool sandboxed, const Terminal& terminal, const Probe& probe) {
    const pid_t pid = ::fork();
    if (pid == 0) {
        if (!terminal.make_controlling())
            ::_exit(98);
        if (sandboxed && !enter_sandbox())
            ::_exit(99);
        ::_exit(probe.act() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    return status;
}

TEST(RelaySandbox, StopsEverythingButTheDescriptorsThatItHolds) {
#ifdef SUDARE_SANITIZED
    GTEST_SKIP() << "seccomp is left out under sanitizers; the plain build tests it";
#endif
    const Terminal terminal;
    const std::vector<Probe> refused{
        {"typing into the terminal", [&] { return terminal.type(); }},
        {"asking the terminal's size",
         [&] {
             winsize size{};
             return ::ioctl(terminal.fd(), TIOCGWINSZ, &size) == 0;
         }},
        {"whom its signals reach", [] { return ::fcntl(0, F_SETOWN, ::getppid()) == 0; }},
        {"a plain duplicate", [] { return ::fcntl(0, F_DUPFD, 3) >= 0; }},
        {"open", [] { return ::open("/etc/hosts", O_RDONLY) >= 0; }},
        {"socket", [] { return ::socket(AF_INET, SOCK_STREAM, 0) >= 0; }},
        {"fork", [] { return ::fork() >= 0; }},
        {"signal", [] { return ::kill(::getppid(), 0) == 0; }},
    };
    for (const Probe& probe : refused) {
        EXPECT_EQ(run(false, terminal, probe), 0) << "control: " << probe.name;
        const int status = run(true, terminal, probe);
        EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) << probe.name;
    }
}

// What it does with the two streams that the launcher passes to it.
TEST(RelaySandbox, WatchesADescriptor) {
#ifdef SUDARE_SANITIZED
    GTEST_SKIP();
#endif
    const Terminal terminal;
    const Probe watch{"watch", [&] {
                          int on = 1;
                          const int copy = ::fcntl(terminal.fd(), F_DUPFD_CLOEXEC, 3);
                          return copy >= 0 && ::fcntl(copy, F_GETFL) >= 0 &&
                                 ::ioctl(copy, FIONBIO, &on) == 0 &&
                                 ::epoll_create1(EPOLL_CLOEXEC) >= 0;
                      }};
    EXPECT_EQ(run(true, terminal, watch), 0);
}

}  // namespace
}  // namespace sudare::relay

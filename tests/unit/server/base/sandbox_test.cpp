// SPDX-License-Identifier: Apache-2.0
// Each probe runs twice in a child of its own: without the sandbox, where it must succeed, and
// inside, where it must be stopped. A probe that fails in both proves nothing.
#include "server/base/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

namespace sudare {
namespace {

// Runs the probe in a child, after `enter` when a sandbox is given. The child exits with 0 when
// the probe succeeds.
int run(const Sandbox* sandbox, const std::function<bool()>& probe) {
    const pid_t pid = ::fork();
    if (pid == 0) {
        if (sandbox != nullptr && !enter(*sandbox))
            ::_exit(99);
        ::_exit(probe() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    return status;
}

bool killed_by_filter(int status) { return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS; }
bool exited_with(int status, int code) { return WIFEXITED(status) && WEXITSTATUS(status) == code; }

struct Probe {
    const char* name;
    std::function<bool()> act;
};

const std::vector<Probe>& probes() {
    static const std::vector<Probe> list{
        {"open a file", [] { return ::open("/etc/hostname", O_RDONLY) >= 0; }},
        {"create a file", [] { return ::open("/tmp", O_TMPFILE | O_WRONLY, 0600) >= 0; }},
        {"make a socket", [] { return ::socket(AF_INET, SOCK_STREAM, 0) >= 0; }},
        {"make a process", [] { return ::fork() >= 0; }},
        {"run a program",
         [] { return ::execl("/bin/true", "true", static_cast<char*>(nullptr)) == 0; }},
        {"map executable memory",
         [] {
             return ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                           0) != MAP_FAILED;
         }},
        {"kill a process", [] { return ::kill(::getppid(), 0) == 0; }},
        {"change a limit", [] { return ::fcntl(0, F_DUPFD, 100) >= 0; }},
    };
    return list;
}

TEST(SandboxTest, EveryProbeSucceedsOutsideAndIsStoppedInside) {
#ifdef SUDARE_SANITIZED
    GTEST_SKIP() << "seccomp is left out under sanitizers; the plain build tests it";
#endif
    const Sandbox sandbox{.allowed = baseline_syscalls()};
    for (const Probe& probe : probes()) {
        EXPECT_TRUE(exited_with(run(nullptr, probe.act), 0)) << "control: " << probe.name;
        EXPECT_TRUE(killed_by_filter(run(&sandbox, probe.act))) << probe.name;
    }
}

TEST(SandboxTest, ARefusedCallFailsWithoutKilling) {
#ifdef SUDARE_SANITIZED
    GTEST_SKIP();
#endif
    const Sandbox sandbox{.allowed = baseline_syscalls(), .refused = {"openat"}};
    const auto probe = [] { return ::open("/etc/hostname", O_RDONLY) < 0 && errno == EPERM; };
    EXPECT_TRUE(exited_with(run(&sandbox, probe), 0));
}

TEST(SandboxTest, OnlyTheNamedFilesCanBeReached) {
#ifdef SUDARE_SANITIZED
    GTEST_SKIP();
#endif
    Sandbox sandbox{.allowed = baseline_syscalls(), .readable = {"/usr/share"}};
    sandbox.allowed.push_back({"openat", {}});
    const auto inside = [] { return ::open("/usr/share/zoneinfo", O_RDONLY) >= 0; };
    const auto outside = [] { return ::open("/etc/passwd", O_RDONLY) >= 0; };
    EXPECT_TRUE(exited_with(run(&sandbox, inside), 0));
    EXPECT_TRUE(exited_with(run(nullptr, outside), 0)) << "control";
    EXPECT_TRUE(exited_with(run(&sandbox, outside), 1));
}

TEST(SandboxTest, LimitsHold) {
#ifdef SUDARE_SANITIZED
    GTEST_SKIP();
#endif
    const Sandbox sandbox{.allowed = baseline_syscalls(), .no_new_files = true};
    const auto probe = [] { return ::dup(0) >= 0; };
    EXPECT_TRUE(exited_with(run(nullptr, probe), 0)) << "control";
    EXPECT_FALSE(exited_with(run(&sandbox, probe), 0));
}

// Leads stderr somewhere else for as long as it lives.
class StderrTo {
   public:
    explicit StderrTo(int fd) : saved_(::dup(STDERR_FILENO)) { ::dup2(fd, STDERR_FILENO); }
    ~StderrTo() {
        ::dup2(saved_, STDERR_FILENO);
        ::close(saved_);
    }
    StderrTo(const StderrTo&) = delete;
    StderrTo& operator=(const StderrTo&) = delete;

   private:
    int saved_;
};

TEST(SandboxTest, AFileThatMustNotGrowRefusesTheWriteWithoutKilling) {
#ifdef SUDARE_SANITIZED
    GTEST_SKIP();
#endif
    const int file = ::open("/tmp", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    ASSERT_TRUE(file >= 0 && nowhere >= 0);
    const Sandbox sandbox{.allowed = baseline_syscalls()};
    const auto writes = [&] { return ::write(file, "x", 1) == 1; };
    const auto refused = [&] { return ::write(file, "x", 1) < 0 && errno == EFBIG; };
    {
        const StderrTo redirected(nowhere);
        EXPECT_TRUE(exited_with(run(&sandbox, refused), 0));
        EXPECT_TRUE(exited_with(run(nullptr, writes), 0)) << "control";
    }
    // A program whose log goes into a file must not lose its lines.
    const StderrTo redirected(file);
    EXPECT_TRUE(exited_with(run(&sandbox, writes), 0));
}

TEST(SandboxTest, ReadingAndWritingGoOn) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const Sandbox sandbox{.allowed = baseline_syscalls()};
    EXPECT_TRUE(exited_with(run(&sandbox,
                                [&] {
                                    char byte = 0;
                                    return ::write(ends[1], "x", 1) == 1 &&
                                           ::read(ends[0], &byte, 1) == 1 && byte == 'x';
                                }),
                            0));
}

TEST(SandboxTest, AMisspeltCallIsAnErrorNotAHole) {
    EXPECT_TRUE(exited_with(run(nullptr,
                                [] {
                                    return !enter(Sandbox{.allowed = {{"no_such_call", {}}}});
                                }),
#ifdef SUDARE_SANITIZED
                            1));
#else
                            0));
#endif
}

}  // namespace
}  // namespace sudare

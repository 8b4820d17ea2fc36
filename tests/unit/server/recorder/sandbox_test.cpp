// SPDX-License-Identifier: Apache-2.0
// Whoever takes the recorder over makes new files and touches none that is there. Every refused
// probe is first shown to succeed without the sandbox.
#include "server/recorder/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <vector>

namespace sudare::recorder {
namespace {

struct Probe {
    const char* name;
    std::function<bool()> act;
};

class RecorderSandbox : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = std::filesystem::temp_directory_path() / "sudare-recorder-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        settings_.directory = pattern;
        stored_ = pattern + "/stored.rec";
    }
    void TearDown() override { std::filesystem::remove_all(settings_.directory); }

    // Wait status of a child that acts, sandboxed or not; exit 0: the probe succeeded.
    int run(bool sandboxed, const Probe& probe) {
        std::ofstream(stored_) << "evidence";
        const pid_t pid = ::fork();
        if (pid == 0) {
            if (sandboxed && !enter_sandbox(settings_))
                ::_exit(99);
            ::_exit(probe.act() ? 0 : 1);
        }
        int status = 0;
        ::waitpid(pid, &status, 0);
        return status;
    }
    Settings settings_;
    std::string stored_;
};

TEST_F(RecorderSandbox, MakesFilesAndTouchesNoneThatIsThere) {
#ifdef SUDARE_SANITIZED
    GTEST_SKIP() << "seccomp is left out under sanitizers; the plain build tests it";
#endif
    const char* file = stored_.c_str();
    const std::string moved = stored_ + ".moved";
    const std::vector<Probe> refused{
        {"read", [=] { return ::open(file, O_RDONLY) >= 0; }},
        {"overwrite", [=] { return ::open(file, O_WRONLY) >= 0; }},
        {"append", [=] { return ::open(file, O_WRONLY | O_APPEND) >= 0; }},
        {"empty", [=] { return ::open(file, O_WRONLY | O_CREAT | O_TRUNC, 0640) >= 0; }},
        {"truncate", [=] { return ::truncate(file, 0) == 0; }},
        {"delete", [=] { return ::unlink(file) == 0; }},
        {"rename", [&] { return ::rename(file, moved.c_str()) == 0; }},
        {"other rights", [=] { return ::chmod(file, 0666) == 0; }},
        {"socket", [] { return ::socket(AF_INET, SOCK_STREAM, 0) >= 0; }},
        {"fork", [] { return ::fork() >= 0; }},
    };
    for (const Probe& probe : refused) {
        EXPECT_EQ(run(false, probe), 0) << "control: " << probe.name;
        const int status = run(true, probe);
        EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) << probe.name;
    }
    const std::string fresh = settings_.directory + "/fresh.rec";
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC;
    const Probe make{"make", [&] {
                         const int fd = ::open(fresh.c_str(), flags, 0640);
                         return fd >= 0 && ::write(fd, "x", 1) == 1 && ::fdatasync(fd) == 0;
                     }};
    EXPECT_EQ(run(true, make), 0);
    const Probe elsewhere{
        "elsewhere",
        [&] { return ::open("/tmp/sudare-elsewhere", flags, 0640) < 0 && errno == EACCES; }};
    EXPECT_EQ(run(true, elsewhere), 0);
}

}  // namespace
}  // namespace sudare::recorder

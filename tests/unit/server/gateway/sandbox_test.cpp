// SPDX-License-Identifier: Apache-2.0
// What the gateway may still do, and what not. Every refused probe is first shown to succeed
// without the sandbox; every permitted one shows that the filter is not simply shut.
#include "server/gateway/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>

#include "server/base/spawn.h"
#include "server/base/unix_socket.h"

namespace sudare::gateway {
namespace {

struct Probe {
    const char* name;
    std::function<bool()> act;
};

bool killed_by_filter(int status) { return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS; }

// A program's directory and a directory of certificates, with a stranger beside them.
class GatewaySandbox : public testing::Test {
   protected:
    void SetUp() override {
#ifdef SUDARE_SANITIZED
        GTEST_SKIP() << "seccomp and Landlock are left out under sanitizers";
#endif
        std::string name = testing::TempDir() + "sudare-gateway-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        directory_ = name;
        for (const char* folder : {"/tls", "/bin", "/other"})
            std::filesystem::create_directory(directory_ + folder);
        for (const char* file : {"/tls/key", "/other/key"})
            std::ofstream(directory_ + file) << "key";
        for (const char* file : {"/bin/true", "/other/true"})
            std::filesystem::copy_file("/bin/true", directory_ + file);
        const std::string file = directory_ + "/tls/key";
        settings_.viewer = settings_.host = {file, file, file, file};
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }

    // Wait status of a child that acts, sandboxed or not; exit 0: the probe succeeded.
    int run(bool sandboxed, const std::function<bool()>& act) const {
        const pid_t pid = ::fork();
        if (pid == 0) {
            if (sandboxed && !enter_sandbox(settings_, directory_ + "/bin"))
                ::_exit(99);
            ::_exit(act() ? 0 : 1);
        }
        int status = 0;
        ::waitpid(pid, &status, 0);
        return status;
    }

    bool reads(const std::string& path) const {
        const UniqueFd fd(::open((directory_ + path).c_str(), O_RDONLY | O_CLOEXEC));
        return fd && read_whole(fd.get(), 100).has_value();
    }
    // As sudare-link is started: with limits, a death signal and nothing but its descriptors.
    bool starts(const std::string& program) const {
        SpawnSpec spec;
        spec.program = program;
        spec.argv = {"true"};
        spec.open_files = 64;
        auto child = spawn(spec);
        return child && child->wait() == 0;
    }

    std::string directory_;
    Settings settings_;
};

bool binds() {
    const UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    return ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

const std::vector<Probe>& refused() {
    static const std::vector<Probe> list{
        {"bind", binds},
        {"datagrams", [] { return ::socket(AF_INET, SOCK_DGRAM, 0) >= 0; }},
        {"netlink", [] { return ::socket(AF_NETLINK, SOCK_RAW, 0) >= 0; }},
        {"limits of another process",
         [] { return ::prlimit(::getppid(), RLIMIT_CPU, nullptr, nullptr) == 0; }},
        {"signal another process", [] { return ::kill(::getppid(), 0) == 0; }},
        {"rename", [] { return ::rename("/nonexistent", "/nonexistent") != 0 && errno == ENOENT; }},
        {"unlink", [] { return ::unlink("/nonexistent") != 0 && errno == ENOENT; }},
        {"change its name", [] { return ::prctl(PR_SET_NAME, "x") == 0; }},
        {"unshare", [] { return ::unshare(CLONE_FILES) == 0; }},
        {"trace", [] { return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0; }},
        {"change its user", [] { return ::setuid(::getuid()) == 0; }},
        {"a child in another namespace",
         [] {
             const unsigned long flags = CLONE_NEWUTS | CLONE_NEWUSER | SIGCHLD;
             const long pid = ::syscall(SYS_clone, flags, nullptr, nullptr, nullptr, nullptr);
             if (pid == 0)
                 ::_exit(0);
             return pid > 0;
         }},
    };
    return list;
}

TEST_F(GatewaySandbox, StopsWhatAGatewayNeverDoes) {
    for (const Probe& probe : refused()) {
        EXPECT_EQ(run(false, probe.act), 0) << "control: " << probe.name;
        EXPECT_TRUE(killed_by_filter(run(true, probe.act))) << probe.name;
    }
}

TEST_F(GatewaySandbox, ReadsItsCertificatesAndNothingElse) {
    EXPECT_EQ(run(true, [&] { return reads("/tls/key"); }), 0);
    EXPECT_EQ(run(false, [&] { return reads("/other/key"); }), 0) << "control";
    EXPECT_NE(run(true, [&] { return reads("/other/key"); }), 0);
    const auto write = [&] { return ::open((directory_ + "/tls/key").c_str(), O_WRONLY) >= 0; };
    EXPECT_EQ(run(false, write), 0) << "control";
    EXPECT_NE(run(true, write), 0);
}

// A renewal is a rename: another file under the same name, made after the rules.
TEST_F(GatewaySandbox, ReadsARenewedCertificate) {
    auto ends = unix_pair();
    ASSERT_TRUE(ends);
    const int here = ends->first.get();
    const int there = ends->second.get();
    const pid_t pid = ::fork();
    if (pid == 0) {
        char go = 0;
        const bool inside = enter_sandbox(settings_, directory_ + "/bin").has_value();
        const bool told = ::write(there, "x", 1) == 1 && ::read(there, &go, 1) == 1;
        ::_exit(inside && told && reads("/tls/key") ? 0 : 1);
    }
    ends->second.reset();
    char entered = 0;
    ASSERT_EQ(::read(here, &entered, 1), 1);
    std::ofstream(directory_ + "/tls/new") << "renewed";
    std::filesystem::rename(directory_ + "/tls/new", directory_ + "/tls/key");
    ASSERT_EQ(::write(here, "x", 1), 1);
    int status = 0;
    ::waitpid(pid, &status, 0);
    EXPECT_EQ(status, 0);
}

TEST_F(GatewaySandbox, StartsProgramsOfItsOwnDirectoryOnly) {
    EXPECT_EQ(run(true, [&] { return starts(directory_ + "/bin/true"); }), 0);
    for (const std::string& other : {directory_ + "/other/true", std::string("/bin/true")}) {
        EXPECT_EQ(run(false, [&] { return starts(other); }), 0) << "control: " << other;
        EXPECT_NE(run(true, [&] { return starts(other); }), 0) << other;
    }
}

TEST_F(GatewaySandbox, AcceptsConnectsAndHandsOver) {
    const std::string path = directory_ + "/socket";
    const auto broker = unix_listen(path, 0600);
    ASSERT_TRUE(broker);
    const UniqueFd listener(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    ASSERT_EQ(::bind(listener.get(), generic, length), 0);
    ASSERT_EQ(::listen(listener.get(), 5), 0);
    ASSERT_EQ(::getsockname(listener.get(), generic, &length), 0);
    EXPECT_EQ(run(true, [&] { return unix_connect(path, false).has_value(); }), 0);
    EXPECT_EQ(run(true,
                  [&] {
                      const UniqueFd out(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
                      return ::connect(out.get(), generic, length) == 0 &&
                             ::accept(listener.get(), nullptr, nullptr) >= 0;
                  }),
              0);
    EXPECT_EQ(run(true,
                  [&] {
                      const auto pair = unix_pair();
                      const auto memory = sealed_memory("t", std::vector<std::uint8_t>(1 << 20));
                      const int fd = memory ? memory->get() : -1;
                      const std::uint8_t byte = 1;
                      return pair && memory &&
                             send_with_fds(pair->first.get(), {&byte, 1}, {&fd, 1}).has_value();
                  }),
              0);
}

TEST_F(GatewaySandbox, FailsClosedWhenADirectoryIsNotThere) {
    settings_.host.key = "/nonexistent/key";
    const auto enters = [&] { return enter_sandbox(settings_, directory_ + "/bin").has_value(); };
    EXPECT_NE(run(false, enters), 0);
    settings_.host.key = settings_.viewer.key;
    EXPECT_EQ(run(false, enters), 0) << "control";
}

}  // namespace
}  // namespace sudare::gateway

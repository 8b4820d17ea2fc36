// SPDX-License-Identifier: Apache-2.0
// What the process that speaks to the directory may still do, and what not; also its threads, which
// Landlock holds only when they are started within it.
#include "server/directory/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <netinet/in.h>
#include <nss.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <future>
#include <thread>

namespace sudare::directory {
namespace {

constexpr char kAuthority[] = "/etc/os-release";  // any file that is there

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

// Whether a name is looked for, by the files and by whatever resolver there is; not whether it is found.
bool looks_up(const char* name) {
    ::setenv("RES_OPTIONS", "timeout:1 attempts:1", 1);
    addrinfo hints{}, *found = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;  // as libldap asks
    const int result = ::getaddrinfo(name, "636", &hints, &found);
    return std::string_view(name) != "localhost" || result == 0;
}

const std::vector<Probe>& killed() {
    static const std::vector<Probe> list{
        {"unix socket", [] { return ::socket(AF_UNIX, SOCK_STREAM, 0) >= 0; }},
        {"bind", listens_on_tcp},
        {"fork", [] { return ::fork() >= 0; }},
        {"exec", [] { return ::execl("/bin/true", "true", static_cast<char*>(nullptr)) == 0; }},
        {"thread", [] { std::thread([] {}).join(); return true; }},
    };
    return list;
}

const std::vector<Probe>& refused() {
    static const std::vector<Probe> list{
        {"another file", [] { return ::open("/etc/passwd", O_RDONLY) >= 0; }},
        {"directory", [] { return ::open("/etc", O_RDONLY) >= 0; }},
        {"new file", [] { return ::open("/tmp/sudare-directory-probe", O_RDWR | O_CREAT | O_CLOEXEC, 0600) >= 0; }},
        {"netlink socket", [] { return ::socket(AF_NETLINK, SOCK_RAW, 0) >= 0; }},
    };
    return list;
}

const std::vector<Probe>& permitted() {
    static const std::vector<Probe> list{
        {"its authority", [] { return ::open(kAuthority, O_RDONLY) >= 0; }},
        {"tcp", [] { return ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0; }},
        {"tcp6", [] { return ::socket(AF_INET6, SOCK_STREAM, 0) >= 0; }},
        {"a name in the files", [] { return looks_up("localhost"); }},
        {"a name that is asked for", [] { return looks_up("directory.invalid"); }},
    };
    return list;
}

// Wait status of a child; exit 0: the probe succeeded. On the thread that entered, or on one that was
// started as the program starts its own.
int run(bool sandboxed, bool on_thread, const Probe& probe) {
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::__nss_configure_lookup("hosts", "files dns");
        Settings settings;
        settings.authority = kAuthority;
        std::promise<void> go;
        std::promise<bool> done;
        std::thread worker;
        const auto start = [&]() -> Result<void> {
            worker = std::thread([&] {
                go.get_future().wait();
                if (on_thread)
                    done.set_value(probe.act());
            });
            return {};
        };
        if (sandboxed ? !enter_sandbox(settings, start) : !start())
            ::_exit(99);
        go.set_value();
        ::_exit((on_thread ? done.get_future().get() : probe.act()) ? 0 : 1);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    return status;
}

TEST(DirectorySandbox, StopsEverythingButItsNetworkAndItsAuthority) {
#ifdef SUDARE_SANITIZED
    GTEST_SKIP() << "sanitizer runtimes cannot live inside seccomp";
#endif
    for (const bool on_thread : {false, true}) {
        for (const Probe& probe : killed()) {
            EXPECT_EQ(run(false, on_thread, probe), 0) << "control: " << probe.name;
            const int status = run(true, on_thread, probe);
            EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) << probe.name << on_thread;
        }
        for (const Probe& probe : refused()) {
            EXPECT_EQ(run(false, on_thread, probe), 0) << "control: " << probe.name;
            const int status = run(true, on_thread, probe);
            EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 1) << probe.name << on_thread;
        }
        for (const Probe& probe : permitted())
            EXPECT_EQ(run(true, on_thread, probe), 0) << probe.name << on_thread;
    }
    ::unlink("/tmp/sudare-directory-probe");
}

}  // namespace
}  // namespace sudare::directory

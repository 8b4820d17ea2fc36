// SPDX-License-Identifier: Apache-2.0
#include "server/base/spawn.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

#include "server/base/log.h"

namespace sudare {
namespace {

// What the child reports when a step before exec fails. Small enough for an atomic pipe write.
struct StartFailure {
    int error;
    char step[24];
};

// Between fork and exec only async-signal-safe calls are allowed: everything that allocates has
// been prepared in here by the parent.
struct Prepared {
    std::vector<char*> argv;
    std::vector<char*> environment;
    std::vector<std::pair<int, int>> fds;
    std::vector<UniqueFd> cgroup_files;
    int highest_target = 2;
};

[[noreturn]] void give_up(int report, const char* step) {
    StartFailure failure{errno, {}};
    std::strncpy(failure.step, step, sizeof failure.step - 1);
    [[maybe_unused]] const auto written = ::write(report, &failure, sizeof failure);
    ::_exit(127);
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
    std::vector<char*> out;
    out.reserve(strings.size() + 1);
    for (const std::string& text : strings)
        out.push_back(const_cast<char*>(text.c_str()));
    out.push_back(nullptr);
    return out;
}

// Moves the wanted descriptors out of the way first: a source may carry a target's number.
void place_descriptors(Prepared& prepared, int& report) {
    const int base = prepared.highest_target + 1;
    for (auto& [source, target] : prepared.fds) {
        source = ::fcntl(source, F_DUPFD_CLOEXEC, base);
        if (source < 0)
            give_up(report, "dup");
    }
    report = ::fcntl(report, F_DUPFD_CLOEXEC, base);
    for (const auto& [source, target] : prepared.fds)
        if (::dup2(source, target) < 0)
            give_up(report, "dup2");
}

void close_all_others(const Prepared& prepared, int report) {
    int next = 3;
    for (const auto& [source, target] : prepared.fds) {  // sorted by target
        if (target > next)
            ::syscall(SYS_close_range, next, target - 1, 0);
        next = target + 1;
    }
    if (report > next)
        ::syscall(SYS_close_range, next, report - 1, 0);
    ::syscall(SYS_close_range, report + 1, ~0U, 0);
}

void drop_identity(const SpawnSpec& spec, int report) {
    if (!spec.uid || !spec.gid)
        return;
    if (::setgroups(0, nullptr) != 0)
        give_up(report, "setgroups");
    if (::setresgid(*spec.gid, *spec.gid, *spec.gid) != 0)
        give_up(report, "setresgid");
    if (::setresuid(*spec.uid, *spec.uid, *spec.uid) != 0)
        give_up(report, "setresuid");
}

void set_limits(const SpawnSpec& spec, int report) {
    const rlimit no_core{0, 0};
    const rlimit files{spec.open_files, spec.open_files};
    if (::setrlimit(RLIMIT_CORE, &no_core) != 0 || ::setrlimit(RLIMIT_NOFILE, &files) != 0)
        give_up(report, "setrlimit");
}

[[noreturn]] void run_child(const SpawnSpec& spec, Prepared& prepared, int report, pid_t parent) {
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    if (spec.new_session && ::setsid() < 0)
        give_up(report, "setsid");
    for (const UniqueFd& file : prepared.cgroup_files)
        if (::write(file.get(), "0", 1) != 1)
            give_up(report, "cgroup.procs");
    if (spec.standard_output && ::dup2(*spec.standard_output, STDOUT_FILENO) < 0)
        give_up(report, "stdout");
    if (spec.standard_error && ::dup2(*spec.standard_error, STDERR_FILENO) < 0)
        give_up(report, "stderr");
    place_descriptors(prepared, report);
    close_all_others(prepared, report);
    set_limits(spec, report);
    drop_identity(spec, report);
    if (::chdir(spec.directory.c_str()) != 0)
        give_up(report, "chdir");
    if (spec.no_new_privs && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        give_up(report, "no_new_privs");
    // After the identity change, which clears it. The parent may have died in between.
    if (spec.die_with_parent &&
        (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || ::getppid() != parent))
        give_up(report, "parent gone");
    ::execve(spec.program.c_str(), prepared.argv.data(), prepared.environment.data());
    give_up(report, "execve");
}

Result<Prepared> prepare(const SpawnSpec& spec) {
    Prepared prepared;
    prepared.argv = pointers(spec.argv);
    prepared.environment = pointers(spec.environment);
    prepared.fds = spec.fds;
    std::sort(prepared.fds.begin(), prepared.fds.end(),
              [](const auto& a, const auto& b) { return a.second < b.second; });
    for (const auto& [source, target] : prepared.fds)
        prepared.highest_target = std::max(prepared.highest_target, target);
    for (const std::string& directory : spec.cgroups) {
        UniqueFd file(::open((directory + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC));
        if (!file)
            return fail_errno("open cgroup.procs");
        prepared.cgroup_files.push_back(std::move(file));
    }
    return prepared;
}

}  // namespace

Result<Child> spawn(const SpawnSpec& spec) {
    SUDARE_TRY(Prepared prepared, prepare(spec));
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return fail_errno("pipe2");
    UniqueFd read_end(ends[0]);
    UniqueFd write_end(ends[1]);
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0)
        return fail_errno("fork");
    if (pid == 0)
        run_child(spec, prepared, write_end.release(), parent);
    write_end.reset();
    Child child{pid, UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)))};
    StartFailure failure{};
    ssize_t got = 0;
    do {
        got = ::read(read_end.get(), &failure, sizeof failure);
    } while (got < 0 && errno == EINTR);
    if (got == 0 && child.pidfd)
        return child;
    if (got == 0) {  // nobody could watch it: no descriptor was left for the pidfd
        ::kill(pid, SIGKILL);
        child.wait();
        return fail(Errc::kUnavailable, "cannot watch " + spec.program + ": no descriptor left");
    }
    child.wait();
    failure.step[sizeof failure.step - 1] = '\0';
    return fail(Errc::kSystem, fmt::format("cannot start {}: {}: {}", spec.program, failure.step,
                                           std::strerror(failure.error)));
}

std::optional<int> Child::try_wait() {
    int status = 0;
    return pid > 0 && ::waitpid(pid, &status, WNOHANG) == pid
               ? (pid = -1, std::optional<int>(status))
               : std::nullopt;
}

int Child::wait() {
    int status = 0;
    while (pid > 0 && ::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    pid = -1;
    return status;
}

void Child::signal(int number) const {
    if (pidfd)
        ::syscall(SYS_pidfd_send_signal, pidfd.get(), number, nullptr, 0);
}

std::string describe_wait_status(int status) {
    if (WIFEXITED(status))
        return fmt::format("exit {}", WEXITSTATUS(status));
    if (WIFSIGNALED(status))
        return fmt::format("signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
    return fmt::format("status {:#x}", status);
}

Result<std::string> own_directory() {
    std::error_code error;
    const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error)
        return fail(Errc::kSystem, "read /proc/self/exe: " + error.message());
    return path.parent_path().string();
}

}  // namespace sudare

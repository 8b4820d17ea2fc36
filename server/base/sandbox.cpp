// SPDX-License-Identifier: Apache-2.0
#include "server/base/sandbox.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <memory>

#include "server/base/unique_fd.h"

namespace sudare {
namespace {

#ifdef SUDARE_SANITIZED
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

struct FilterDeleter {
    void operator()(void* context) const { seccomp_release(context); }
};
using Filter = std::unique_ptr<void, FilterDeleter>;

// All file system rights of Landlock ABI 1, which Debian 12's kernel has; later rights (refer,
// truncate) are handled when the kernel knows them.
std::uint64_t handled_rights(long abi) {
    std::uint64_t rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;  // bits 0..12
    if (abi >= 2)
        rights |= 1ULL << 13;  // LANDLOCK_ACCESS_FS_REFER
    if (abi >= 3)
        rights |= 1ULL << 14;  // LANDLOCK_ACCESS_FS_TRUNCATE
    return rights;
}

// Those that a file may have; the others are about the content of directories.
constexpr std::uint64_t kFileRights = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |
                                      LANDLOCK_ACCESS_FS_WRITE_FILE | 1ULL << 14;
constexpr std::uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

Result<void> permit_path(int ruleset, const std::string& path, std::uint64_t rights) {
    UniqueFd fd(::open(path.c_str(), O_PATH | O_CLOEXEC));
    if (!fd)
        return fail_errno(("open " + path).c_str());
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0)
        return fail_errno(("stat " + path).c_str());
    landlock_path_beneath_attr rule{};
    rule.allowed_access = S_ISDIR(status.st_mode) ? rights : rights & kFileRights;
    rule.parent_fd = fd.get();
    if (::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
        return fail_errno("landlock_add_rule");
    return {};
}

// A kernel without Landlock leaves the file system to seccomp alone, which permits no open in
// any program with an empty list; one that needs files must have Landlock.
Result<void> restrict_files(const Sandbox& sandbox) {
    const long abi =
        ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1)
        return sandbox.readable.empty() && sandbox.writable.empty() && sandbox.executable.empty()
                   ? Result<void>()
                   : fail(Errc::kUnavailable, "this kernel has no Landlock");
    landlock_ruleset_attr attributes{};
    attributes.handled_access_fs = handled_rights(abi);
    UniqueFd ruleset(static_cast<int>(
        ::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes.handled_access_fs, 0)));
    if (!ruleset)
        return fail_errno("landlock_create_ruleset");
    for (const std::string& path : sandbox.readable)
        SUDARE_CHECK(permit_path(ruleset.get(), path, kRead));
    for (const std::string& path : sandbox.writable)
        SUDARE_CHECK(permit_path(ruleset.get(), path,
                                 attributes.handled_access_fs & ~LANDLOCK_ACCESS_FS_EXECUTE));
    for (const std::string& path : sandbox.executable)
        SUDARE_CHECK(permit_path(ruleset.get(), path, kRead | LANDLOCK_ACCESS_FS_EXECUTE));
    if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0)
        return fail_errno("landlock_restrict_self");
    return {};
}

Result<void> limit(__rlimit_resource resource, std::uint64_t value, const char* name) {
    const rlimit both{value, value};
    if (::setrlimit(resource, &both) != 0)
        return fail_errno(name);
    return {};
}

std::uint64_t highest_open_fd() {
    std::uint64_t highest = 2;
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir("/proc/self/fd"), ::closedir);
    while (directory) {
        const dirent* entry = ::readdir(directory.get());
        if (entry == nullptr)
            break;
        const std::uint64_t fd = std::strtoull(entry->d_name, nullptr, 10);
        highest = fd > highest ? fd : highest;
    }
    return highest;
}

bool logs_into_file() {
    struct stat status {};
    return ::fstat(STDERR_FILENO, &status) == 0 && S_ISREG(status.st_mode);
}

// LeakSanitizer starts a thread at the end, which opens /proc/self/task; refused, it waits for ever.
Result<void> restrict_resources(const Sandbox& sandbox) {
    SUDARE_CHECK(limit(RLIMIT_CORE, 0, "RLIMIT_CORE"));
    if (sandbox.no_new_files && !kSanitized)
        SUDARE_CHECK(limit(RLIMIT_NOFILE, highest_open_fd() + 1, "RLIMIT_NOFILE"));
    // A log that goes into a file is the one file that may grow: its lines matter more.
    if (sandbox.no_file_growth && !kSanitized && !logs_into_file()) {
        if (::signal(SIGXFSZ, SIG_IGN) == SIG_ERR)
            return fail_errno("signal SIGXFSZ");
        SUDARE_CHECK(limit(RLIMIT_FSIZE, 0, "RLIMIT_FSIZE"));
    }
    if (sandbox.no_new_processes && !kSanitized)
        SUDARE_CHECK(limit(RLIMIT_NPROC, 0, "RLIMIT_NPROC"));
    if (sandbox.memory_bytes && !kSanitized)
        SUDARE_CHECK(limit(RLIMIT_AS, *sandbox.memory_bytes, "RLIMIT_AS"));
    return {};
}

Result<void> add_rule(scmp_filter_ctx context, std::uint32_t action, const SyscallRule& rule) {
    const int number = seccomp_syscall_resolve_name(rule.name);
    if (number == __NR_SCMP_ERROR)
        return fail(Errc::kBadInput, std::string("seccomp knows no call named ") + rule.name);
    std::vector<scmp_arg_cmp> comparisons;
    comparisons.reserve(rule.conditions.size());
    for (const auto& condition : rule.conditions)
        comparisons.push_back(scmp_arg_cmp{condition.argument, SCMP_CMP_MASKED_EQ, condition.mask,
                                           condition.value});
    const int result =
        seccomp_rule_add_array(context, action, number,
                               static_cast<unsigned>(comparisons.size()), comparisons.data());
    if (result < 0 && result != -EEXIST)
        return fail(Errc::kSystem, std::string("seccomp rule for ") + rule.name);
    return {};
}

Result<void> restrict_syscalls(const Sandbox& sandbox) {
    Filter filter(seccomp_init(SCMP_ACT_KILL_PROCESS));
    if (!filter)
        return fail(Errc::kSystem, "seccomp_init");
    seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);
    for (const SyscallRule& rule : sandbox.allowed)
        SUDARE_CHECK(add_rule(filter.get(), SCMP_ACT_ALLOW, rule));
    for (const char* name : sandbox.refused)
        SUDARE_CHECK(add_rule(filter.get(), SCMP_ACT_ERRNO(EPERM), {name, {}}));
    for (const SyscallRule& rule : sandbox.refused_when)
        SUDARE_CHECK(add_rule(filter.get(), SCMP_ACT_ERRNO(EPERM), rule));
    const int result = seccomp_load(filter.get());
    if (result != 0) {
        errno = -result;
        return fail_errno("seccomp_load");
    }
    return {};
}

}  // namespace

std::vector<SyscallRule> baseline_syscalls() {
    std::vector<SyscallRule> rules{
        {"mmap", {{2, PROT_EXEC, 0}}},
        {"mprotect", {{2, PROT_EXEC, 0}}},
    };
    for (const char* name :
         {"read", "readv", "write", "writev", "close", "futex", "munmap", "mremap", "madvise", "brk",
          "clock_gettime", "clock_getres", "gettimeofday", "clock_nanosleep", "nanosleep", "poll",
          "ppoll", "epoll_wait", "epoll_pwait", "epoll_ctl", "timerfd_settime", "eventfd2",
          "sched_yield", "getpid", "gettid", "getrandom", "rt_sigprocmask", "rt_sigreturn",
          "rt_sigaction", "sigaltstack", "restart_syscall", "membarrier", "exit", "exit_group",
          "lseek", "rseq", "set_robust_list",
          "sysinfo"})  // glibc's qsort asks for the size of memory before it takes a buffer
        rules.push_back({name, {}});
    // glibc's abort() is tgkill of itself; a sanitizer report and a failed assertion need it.
    rules.push_back({"tgkill", {}});
    return rules;
}

std::vector<SyscallRule> connected_socket_syscalls() {
    std::vector<SyscallRule> rules = baseline_syscalls();
    for (const char* name : {"sendmsg", "recvmsg", "sendto", "recvfrom", "shutdown", "getsockopt",
                             "setsockopt", "getsockname", "getpeername"})
        rules.push_back({name, {}});
    return rules;
}

Result<void> enter(const Sandbox& sandbox, const std::function<Result<void>()>& start_threads) {
    if (!kSanitized && ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return fail_errno("PR_SET_DUMPABLE");
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return fail_errno("PR_SET_NO_NEW_PRIVS");
    SUDARE_CHECK(restrict_resources(sandbox));
    if (!kSanitized)
        SUDARE_CHECK(restrict_files(sandbox));
    if (start_threads)
        SUDARE_CHECK(start_threads());
    // Sanitizer runtimes symbolise, map and spawn in their own way; the plain build is what the
    // containment tests run.
    if (!kSanitized)
        SUDARE_CHECK(restrict_syscalls(sandbox));
    return {};
}

}  // namespace sudare

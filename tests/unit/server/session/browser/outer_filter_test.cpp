// SPDX-License-Identifier: Apache-2.0
#include "server/session/browser/outer_filter.h"

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "server/base/unix_socket.h"

// What the filter refuses inside a whole box, with controls: tests/integration/containment. Here:
// that it is a filter which a kernel takes, and the calls whose numbers are easy to get wrong.
namespace sudare::browser {
namespace {

std::vector<sock_filter> instructions() {
    const auto memory = outer_filter();
    EXPECT_TRUE(memory);
    const auto bytes = read_whole(memory->get(), 1U << 20);
    EXPECT_TRUE(bytes);
    EXPECT_EQ(bytes->size() % sizeof(sock_filter), 0U);
    const auto* first = reinterpret_cast<const sock_filter*>(bytes->data());
    return {first, first + bytes->size() / sizeof(sock_filter)};
}

// errno of the call under the filter, 0 when it succeeded. In a child: a filter cannot be removed.
template <typename Call>
int errno_under_filter(std::vector<sock_filter> code, Call call) {
    const pid_t pid = ::fork();
    if (pid == 0) {
        const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
        if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
            ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
            ::_exit(200);
        errno = 0;
        ::_exit(call() < 0 ? errno : 0);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

TEST(OuterFilter, FitsTheKernel) {
    const auto code = instructions();
    EXPECT_GT(code.size(), 100U);
    EXPECT_LE(code.size(), std::size_t{BPF_MAXINSNS});
}

TEST(OuterFilter, HidesCallsThatCarryTheirFlagsInMemory) {
    const auto code = instructions();
    EXPECT_EQ(errno_under_filter(code, [] { return ::syscall(SYS_clone3, nullptr, 0); }), ENOSYS);
    EXPECT_EQ(errno_under_filter(code, [] { return ::syscall(451, 0, 0, 0, 0); }), ENOSYS);
    EXPECT_EQ(errno_under_filter(code, [] { return ::syscall(1023, 0); }), ENOSYS);
}

TEST(OuterFilter, ComparesFamiliesWithAllBits) {
    const auto code = instructions();
    const auto open_socket = [](std::uint64_t family, std::uint64_t type, std::uint64_t protocol) {
        return [=] { return ::syscall(SYS_socket, family, type, protocol); };
    };
    EXPECT_EQ(errno_under_filter(code, open_socket(AF_UNIX, SOCK_STREAM, 0)), 0);
    EXPECT_EQ(errno_under_filter(code, open_socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), 0);
    EXPECT_EQ(errno_under_filter(code, open_socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP)), 0);
    EXPECT_EQ(errno_under_filter(code, open_socket(AF_VSOCK, SOCK_STREAM, 0)), EPERM);
    EXPECT_EQ(errno_under_filter(code, open_socket(1ULL << 32 | AF_VSOCK, SOCK_STREAM, 0)), EPERM);
    EXPECT_EQ(errno_under_filter(code, open_socket(AF_INET, 1ULL << 32 | SOCK_RAW, 1)), EPERM);
    EXPECT_EQ(errno_under_filter(code, open_socket(AF_INET, SOCK_STREAM, 262)), EPERM);
}

}  // namespace
}  // namespace sudare::browser

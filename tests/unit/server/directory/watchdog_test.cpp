// SPDX-License-Identifier: Apache-2.0
#include "server/directory/watchdog.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/base/unix_socket.h"

namespace sudare::directory {
namespace {

UniqueFd copy_of(const UniqueFd& fd) { return UniqueFd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0)); }

TEST(DirectoryWatchdogTest, WakesWhoWaitsTooLong) {
    Watchdog dog;
    auto pair = unix_pair();
    ASSERT_TRUE(pair.has_value());
    const Watchdog::Watch watch(dog, copy_of(pair->first), Watchdog::Clock::now() + std::chrono::milliseconds(20));
    char byte = 0;
    EXPECT_EQ(::read(pair->first.get(), &byte, 1), 0);  // without it this would never return
}

TEST(DirectoryWatchdogTest, LeavesThoseAloneThatEndedOrWereMoved) {
    Watchdog dog;
    auto first = unix_pair(), second = unix_pair(), third = unix_pair();
    ASSERT_TRUE(first && second && third);
    const auto soon = Watchdog::Clock::now() + std::chrono::milliseconds(20);
    {
        const Watchdog::Watch ended(dog, copy_of(first->first), soon);
    }
    Watchdog::Watch moved(dog, copy_of(second->first), soon);
    moved.move_to(Watchdog::Clock::now() + std::chrono::hours(1));
    Watchdog::Watch elsewhere = std::move(moved);
    const Watchdog::Watch last(dog, copy_of(third->first), soon);
    char byte = 0;
    EXPECT_EQ(::read(third->first.get(), &byte, 1), 0);  // the dog has been there
    for (const auto* pair : {&*first, &*second})
        EXPECT_EQ(::recv(pair->first.get(), &byte, 1, MSG_DONTWAIT), -1);
}

}  // namespace
}  // namespace sudare::directory

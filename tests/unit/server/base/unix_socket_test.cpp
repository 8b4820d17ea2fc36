// SPDX-License-Identifier: Apache-2.0
#include "server/base/unix_socket.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <filesystem>

namespace sudare {
namespace {

TEST(UnixSocketTest, PassesBytesAndDescriptors) {
    auto ends = unix_pair();
    ASSERT_TRUE(ends);
    auto memory = sealed_memory("t", std::vector<std::uint8_t>{1, 2, 3});
    ASSERT_TRUE(memory);
    const int fd = memory->get();
    ASSERT_TRUE(send_with_fds(ends->first.get(), std::vector<std::uint8_t>{9}, std::span(&fd, 1)));
    std::vector<std::uint8_t> buffer(16);
    std::vector<UniqueFd> fds;
    EXPECT_EQ(receive_with_fds(ends->second.get(), buffer, fds).value(), 1U);
    ASSERT_EQ(fds.size(), 1U);
    EXPECT_EQ(read_whole(fds[0].get(), 10).value(), (std::vector<std::uint8_t>{1, 2, 3}));
    EXPECT_NE(::fcntl(fds[0].get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(UnixSocketTest, ConnectingWithoutWaitingFailsWhenTheQueueIsFull) {
    char folder[] = "/tmp/sudare-test-XXXXXX";
    ASSERT_NE(::mkdtemp(folder), nullptr);
    const std::string path = std::string(folder) + "/s";
    const auto listener = unix_listen(path, 0600, 0);  // room for one
    ASSERT_TRUE(listener);
    const auto first = unix_connect(path, false);
    EXPECT_TRUE(first) << "control";
    const auto second = unix_connect(path, false);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::kUnavailable);
    std::filesystem::remove_all(folder);
}

TEST(UnixSocketTest, SealedMemoryCannotBeChanged) {
    auto memory = sealed_memory("t", std::vector<std::uint8_t>(100, 7));
    ASSERT_TRUE(memory);
    EXPECT_EQ(::write(memory->get(), "x", 1), -1);
    EXPECT_EQ(::ftruncate(memory->get(), 10), -1);
    EXPECT_EQ(::mmap(nullptr, 100, PROT_READ | PROT_WRITE, MAP_SHARED, memory->get(), 0), MAP_FAILED);
    EXPECT_FALSE(read_whole(memory->get(), 99)) << "a limit is a limit";
}

TEST(UnixSocketTest, ListensWithTheModeAskedForAndReplacesAStaleSocket) {
    char folder[] = "/tmp/sudare-test-XXXXXX";
    ASSERT_NE(::mkdtemp(folder), nullptr);
    const std::string path = std::string(folder) + "/s";
    {
        auto first = unix_listen(path, 0600);
        ASSERT_TRUE(first);
    }
    auto listener = unix_listen(path, 0600);
    ASSERT_TRUE(listener) << listener.error().message;
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    auto client = unix_connect(path);
    ASSERT_TRUE(client);
    EXPECT_EQ(peer_credentials(client->get()).value().pid, ::getpid());
    std::filesystem::remove_all(folder);
    EXPECT_FALSE(unix_listen(std::string(200, 'x'), 0600));
}

}  // namespace
}  // namespace sudare

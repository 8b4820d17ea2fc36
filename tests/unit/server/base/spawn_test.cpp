// SPDX-License-Identifier: Apache-2.0
#include "server/base/spawn.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>

#include "server/base/unix_socket.h"

namespace sudare {
namespace {

// Runs a shell command through spawn and returns what it printed.
std::string output_of(SpawnSpec spec, const std::string& command, int* status = nullptr) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    UniqueFd read_end(ends[0]);
    UniqueFd write_end(ends[1]);
    spec.program = "/bin/sh";
    spec.argv = {"sh", "-c", command};
    spec.environment.push_back("PATH=/usr/bin:/bin");
    spec.standard_output = write_end.get();
    auto child = spawn(spec);
    EXPECT_TRUE(child) << child.error().message;
    write_end.reset();
    std::string text;
    char piece[512];
    for (ssize_t got; (got = ::read(read_end.get(), piece, sizeof piece)) > 0;)
        text.append(piece, static_cast<std::size_t>(got));
    const int result = child->wait();
    if (status != nullptr)
        *status = result;
    return text;
}

TEST(SpawnTest, TheChildGetsTheNamedDescriptorsAndNoOthers) {
    auto memory = sealed_memory("t", std::vector<std::uint8_t>{'h', 'i'});
    ASSERT_TRUE(memory);
    // A descriptor without close-on-exec, as libraries open them.
    UniqueFd leak(::open("/dev/null", O_RDONLY));
    SpawnSpec spec;
    spec.fds = {{memory->get(), 7}};
    EXPECT_EQ(output_of(spec, "cat /dev/fd/7"), "hi");
    // Asked one by one: a listing would show the descriptor of the listing itself.
    EXPECT_EQ(output_of(spec, "for n in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do"
                              " test -e /proc/$$/fd/$n && echo -n \"$n \"; done; true"),
              "0 1 2 7 ");
}

TEST(SpawnTest, SourcesAndTargetsMayOverlap) {
    auto a = sealed_memory("a", std::vector<std::uint8_t>{'a'});
    auto b = sealed_memory("b", std::vector<std::uint8_t>{'b'});
    ASSERT_TRUE(a && b);
    SpawnSpec spec;
    spec.fds = {{a->get(), b->get()}, {b->get(), a->get()}};  // swapped
    EXPECT_EQ(output_of(spec, "cat /dev/fd/" + std::to_string(a->get()) + " /dev/fd/" +
                                  std::to_string(b->get())),
              "ba");
}

TEST(SpawnTest, NothingOfOurEnvironmentIsInherited) {
    ::setenv("SUDARE_SECRET", "1", 1);
    EXPECT_THAT(output_of({}, "env"), testing::Not(testing::HasSubstr("SUDARE_SECRET")));
    ::unsetenv("SUDARE_SECRET");
}

TEST(SpawnTest, NoNewPrivilegesAndNoCoreFiles) {
    EXPECT_THAT(output_of({}, "grep NoNewPrivs /proc/self/status; ulimit -c"),
                testing::MatchesRegex("NoNewPrivs:\t1\n0\n"));
}

TEST(SpawnTest, DropsIdentityForGood) {
    if (::geteuid() != 0)
        GTEST_SKIP() << "needs root";
    SpawnSpec spec;
    spec.uid = 123456;
    spec.gid = 123457;
    const std::string text = output_of(spec, "grep -E '^(Uid|Gid|Groups|CapEff)' /proc/self/status");
    EXPECT_THAT(text, testing::HasSubstr("Uid:\t123456\t123456\t123456\t123456"));
    EXPECT_THAT(text, testing::HasSubstr("Gid:\t123457\t123457\t123457\t123457"));
    EXPECT_THAT(text, testing::HasSubstr("CapEff:\t0000000000000000"));
}

TEST(SpawnTest, AFailureBeforeExecIsReported) {
    SpawnSpec spec;
    spec.program = "/nonexistent/program";
    spec.argv = {"program"};
    const auto child = spawn(spec);
    ASSERT_FALSE(child);
    EXPECT_THAT(child.error().message, testing::HasSubstr("execve"));
    EXPECT_THAT(child.error().message, testing::HasSubstr("/nonexistent/program"));
}

TEST(SpawnTest, TheWaitStatusIsTold) {
    int status = 0;
    output_of({}, "exit 3", &status);
    EXPECT_EQ(describe_wait_status(status), "exit 3");
    output_of({}, "kill -9 $$", &status);
    EXPECT_THAT(describe_wait_status(status), testing::HasSubstr("signal 9"));
}

}  // namespace
}  // namespace sudare

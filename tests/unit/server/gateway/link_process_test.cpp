// SPDX-License-Identifier: Apache-2.0
// What a link may ask the gateway for, and when: the link is a script that says single bytes.
#include "server/gateway/link_process.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "server/base/unix_socket.h"

namespace sudare::gateway {
namespace {

// Ends with 42 when the answer is this byte.
std::string expects(int answer) {
    return "a=$(dd bs=1 count=1 <&6 2>/dev/null | od -An -tu1); [ \"$a\" -eq " +
           std::to_string(answer) + " ] && exit 42; exit 1\n";
}

class LinkProcessTest : public ::testing::Test {
protected:
    void SetUp() override {
        char name[] = "/tmp/sudare-link-XXXXXX";
        ASSERT_NE(::mkdtemp(name), nullptr);
        directory_ = name;
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }

    // How the script ended.
    int run(const std::string& script, bool recorder_there = false) {
        const std::string path = directory_ + "/link";
        std::ofstream(path) << "#!/bin/sh\n" << script;
        ::chmod(path.c_str(), 0700);
        const auto fd = [] { return std::move(unix_pair()->first); };
        int status = -1;
        LinkProcess::Events events;
        events.proven = [] {};
        events.connect_recorder = [&] {
            ++asked_;
            return recorder_there ? fd() : UniqueFd();
        };
        events.ended = [&](int how) {
            status = how;
            io_.stop();
        };
        io_.restart();
        auto link = LinkProcess::start(io_, {path, fd(), fd(), fd(), {}, {}}, std::move(events));
        EXPECT_TRUE(link);
        io_.run();
        return status;
    }

    asio::io_context io_;
    std::string directory_;
    int asked_ = 0;
};

bool killed(int status) {
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}
bool answered(int status) {
    return WIFEXITED(status) && WEXITSTATUS(status) == 42;
}

TEST_F(LinkProcessTest, TheRecorderIsAskedForOnceProven) {
    EXPECT_TRUE(answered(run("printf '\\001\\003' >&6\n" + expects(0x85), true)));
    EXPECT_TRUE(answered(run("printf '\\001\\003' >&6\n" + expects(0x86), false)));
    EXPECT_EQ(asked_, 2);
    EXPECT_TRUE(killed(run("printf '\\003' >&6\nexec sleep 60\n", true))) << "not before";
    EXPECT_EQ(asked_, 2);
}

TEST_F(LinkProcessTest, ALinkThatAsksTooOftenIsEnded) {
    EXPECT_TRUE(killed(run("printf '\\001\\003\\003' >&6\nexec sleep 60\n", true)));
    EXPECT_EQ(asked_, 1);
}

}  // namespace
}  // namespace sudare::gateway

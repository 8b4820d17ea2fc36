// SPDX-License-Identifier: Apache-2.0
#include "server/recorder/sweep.h"

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

#include "protocol/evidence/durable_file.h"
#include "server/recorder/recording_file.h"

namespace sudare::recorder {
namespace {

namespace fs = std::filesystem;
constexpr std::int64_t kDaySeconds = 24 * 60 * 60, kNow = 20'000 * kDaySeconds + 7;
const std::string kId = "0a1b2c3d4e5f60718293a4b5c6d7e8f9", kOther = std::string(32, 'f');

std::string day(std::int64_t ago) {
    return day_of(static_cast<std::uint64_t>(kNow - ago * kDaySeconds) * 1000);
}

class SweepTest : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = fs::temp_directory_path() / "sudare-sweep-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        root_ = pattern;
        fs::create_directories(root_ + "/recordings");
        fs::create_directories(root_ + "/list");
        settings_.directory = root_ + "/recordings";
        settings_.sweep_list = root_ + "/list/list";
        settings_.sweep_floor_days = 30;
        std::ofstream(settings_.sweep_list + ".lock");
    }
    void TearDown() override { fs::remove_all(root_); }

    std::string path(const std::string& folder, const std::string& id) const {
        return settings_.directory + "/" + folder + "/" + id + ".rec";
    }
    void put(const std::string& folder, const std::string& id, std::int64_t written_ago) {
        fs::create_directories(settings_.directory + "/" + folder);
        std::ofstream(path(folder, id)) << "sealed";
        const timespec time{kNow - written_ago * kDaySeconds, 0};
        const timespec both[2] = {time, time};
        ASSERT_EQ(::utimensat(AT_FDCWD, path(folder, id).c_str(), both, 0), 0);
    }
    void list(std::vector<ipc::SweepItem> items) {
        ASSERT_TRUE(evidence::replace_file(settings_.sweep_list, ipc::write_sweep_list(std::move(items)), 0644));
    }
    [[nodiscard]] bool there(const std::string& folder, const std::string& id) const {
        return fs::exists(path(folder, id));
    }

    std::string root_;
    Settings settings_;
};

TEST_F(SweepTest, RemovesWhatIsOnTheListAndOldAndNothingElse) {
    put(day(40), kId, 40);
    put(day(40), kOther, 40);
    list({{day(40), kId}, {day(50), kOther}});
    const auto done = sweep(settings_, kNow);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(*done, (ipc::Swept{static_cast<std::uint64_t>(kNow), 1, 0, 0}));
    EXPECT_FALSE(there(day(40), kId));
    EXPECT_TRUE(there(day(40), kOther));
    EXPECT_EQ(ipc::read_swept(*evidence::read_file(settings_.directory + "/swept", 1000)), *done);
    list({{day(40), kOther}});
    EXPECT_EQ(sweep(settings_, kNow)->removed, 1U);
    EXPECT_FALSE(fs::exists(settings_.directory + "/" + day(40)));  // with its last file
    EXPECT_EQ(sweep(settings_, kNow)->removed, 0U);
}

// A broker that is broken names everything: what is young stays, by the day of its folder and by when
// its last byte was written.
TEST_F(SweepTest, TheFloorCountsWhateverTheListSays) {
    put(day(29), kId, 29);
    put(day(40), kId, 29);    // its folder is old
    put(day(29), kOther, 40); // it is old by itself
    put(day(31), kOther, 31); // control
    put("9999-99-99", kId, 99);
    list({{day(29), kId}, {day(40), kId}, {day(29), kOther}, {day(31), kOther}, {"9999-99-99", kId}});
    const auto done = sweep(settings_, kNow);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(done->removed, 1U);
    EXPECT_EQ(done->young, 4U);
    EXPECT_TRUE(there(day(29), kId) && there(day(40), kId) && there(day(29), kOther));
    EXPECT_FALSE(there(day(31), kOther));
    settings_.sweep_floor_days = 1;
    EXPECT_EQ(sweep(settings_, kNow)->removed, 3U);  // control: it was the floor
    EXPECT_TRUE(there("9999-99-99", kId));
}

TEST_F(SweepTest, GoesNowhereElse) {
    fs::create_directories(root_ + "/elsewhere");
    std::ofstream(root_ + "/elsewhere/" + kId + ".rec") << "evidence";
    fs::create_symlink(root_ + "/elsewhere", settings_.directory + "/" + day(40));
    list({{day(40), kId}});
    EXPECT_FALSE(sweep(settings_, kNow));
    EXPECT_TRUE(fs::exists(root_ + "/elsewhere/" + kId + ".rec"));
}

TEST_F(SweepTest, WithoutAGoodListNothingGoes) {
    put(day(40), kId, 40);
    EXPECT_FALSE(sweep(settings_, kNow));
    const std::string good = ipc::write_sweep_list({{day(40), kId}});
    ASSERT_TRUE(evidence::replace_file(settings_.sweep_list, good + "x", 0644));
    EXPECT_FALSE(sweep(settings_, kNow));
    EXPECT_TRUE(there(day(40), kId));
    ASSERT_TRUE(evidence::replace_file(settings_.sweep_list, good, 0644));
    fs::remove(settings_.sweep_list + ".lock");
    EXPECT_FALSE(sweep(settings_, kNow));
    EXPECT_TRUE(there(day(40), kId));
    std::ofstream(settings_.sweep_list + ".lock");
    EXPECT_EQ(sweep(settings_, kNow)->removed, 1U);  // control
}

// The broker has the lock while a hold is placed. The sweep waits for it, and then reads the list anew.
TEST_F(SweepTest, WhatTheBrokerTakesOffUnderItsLockStays) {
    put(day(40), kId, 40);
    put(day(41), kOther, 41);
    list({{day(40), kId}, {day(41), kOther}});
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const int lock = ::open((settings_.sweep_list + ".lock").c_str(), O_RDWR | O_CLOEXEC);
    struct flock whole {};
    whole.l_type = F_WRLCK;
    ASSERT_EQ(::fcntl(lock, F_OFD_SETLK, &whole), 0);
    const pid_t sweeping = ::fork();
    if (sweeping == 0) {
        ::close(lock);  // it would hold the same lock
        (void)!::write(ready[1], "x", 1);
        const auto done = sweep(settings_, kNow);
        ::_exit(done && done->removed == 1 ? 0 : 1);
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    list({{day(41), kOther}});
    EXPECT_TRUE(there(day(41), kOther));  // nothing is removed under our lock
    ::close(lock);
    int status = 0;
    ASSERT_EQ(::waitpid(sweeping, &status, 0), sweeping);
    EXPECT_EQ(status, 0);
    EXPECT_TRUE(there(day(40), kId));
    EXPECT_FALSE(there(day(41), kOther));
}

TEST_F(SweepTest, ItsSandboxLeavesItTheRecordingsAndTheList) {
#ifdef SUDARE_SANITIZED
    GTEST_SKIP() << "seccomp is left out under sanitizers; the plain build tests it";
#endif
    put(day(40), kId, 40);
    list({{day(40), kId}});
    std::ofstream(root_ + "/other") << "evidence";
    const std::string other = root_ + "/other";
    const auto in_child = [&](bool sandboxed, const std::function<bool()>& act) {
        const pid_t pid = ::fork();
        if (pid == 0) {
            if (sandboxed && !enter_sweep_sandbox(settings_))
                ::_exit(99);
            ::_exit(act() ? 0 : 1);
        }
        int status = 0;
        ::waitpid(pid, &status, 0);
        return status;
    };
    const auto remove_other = [&] { return ::unlinkat(AT_FDCWD, other.c_str(), 0) == 0; };
    const auto write_list = [&] { return ::openat(AT_FDCWD, settings_.sweep_list.c_str(), O_WRONLY) >= 0; };
    const auto connect = [] { return ::socket(AF_UNIX, SOCK_STREAM, 0) >= 0; };
    EXPECT_NE(in_child(true, remove_other), 0);
    EXPECT_EQ(in_child(false, remove_other), 0);
    EXPECT_NE(in_child(true, write_list), 0);
    EXPECT_EQ(in_child(false, write_list), 0);
    EXPECT_TRUE(WIFSIGNALED(in_child(true, connect)));
    EXPECT_EQ(in_child(false, connect), 0);
    EXPECT_EQ(in_child(true, [&] { return sweep(settings_, kNow).value_or(ipc::Swept{}).removed == 1; }), 0);
    EXPECT_FALSE(there(day(40), kId));
}

}  // namespace
}  // namespace sudare::recorder

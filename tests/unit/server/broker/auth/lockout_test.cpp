// SPDX-License-Identifier: Apache-2.0
// A real database; times are arguments, nothing here waits.
#include "server/broker/auth/lockout.h"

#include <gtest/gtest.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sodium.h>

#include <filesystem>

namespace sudare::auth {
namespace {

constexpr std::int64_t kNow = 1'000'000;
constexpr std::uint32_t kFirstLock = 15 * 60;

class LockoutTest : public testing::Test {
   protected:
    void SetUp() override {
        ASSERT_GE(::sodium_init(), 0);
        std::string pattern = (std::filesystem::temp_directory_path() / "lockout-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        directory_ = pattern;
        auto store = store::Store::open((directory_ / "broker.db").string());
        ASSERT_TRUE(store) << store.error().message;
        store_ = std::move(*store);
    }
    void TearDown() override {
        store_.reset();
        std::filesystem::remove_all(directory_);
    }

    // Seconds of waiting; 0: the try went on and was counted.
    std::uint32_t attempt(const std::string& user, const std::string& terminal,
                          std::int64_t at = kNow) {
        const auto wait = Lockout(*store_).begin_try(user, terminal, at);
        EXPECT_TRUE(wait);
        return wait.value_or(0);
    }
    void succeed(const std::string& user, const std::string& terminal) {
        ASSERT_EQ(attempt(user, terminal), 0U) << user;
        ASSERT_TRUE(Lockout(*store_).succeeded(user, terminal));
    }

    std::filesystem::path directory_;
    std::unique_ptr<store::Store> store_;
};

std::string name(unsigned i) { return "user" + std::to_string(i); }

TEST_F(LockoutTest, OnePasswordWithManyNamesLocksTheTerminalAndNoOther) {
    for (unsigned i = 0; i < kTriesOfTerminal; ++i)
        ASSERT_EQ(attempt(name(i), "t1"), 0U) << i;
    EXPECT_EQ(attempt(name(99), "t1"), kFirstLock);
    EXPECT_EQ(attempt(name(99), "t2"), 0U);
    EXPECT_EQ(attempt(name(98), "t1", kNow + kFirstLock), 0U) << "it ends";
}

TEST_F(LockoutTest, ASuccessForgivesItsOwnFailuresAndNoOthers) {
    for (unsigned day = 0; day < 3 * kTriesOfTerminal; ++day) {  // people mistype each day
        ASSERT_EQ(attempt(name(day % 3), "t1"), 0U) << day;
        succeed(name(day % 3), "t1");
    }
    for (unsigned i = 0; i < kTriesOfTerminal - 1; ++i) {
        ASSERT_EQ(attempt(name(100 + i), "t1"), 0U) << i;
        succeed("own", "t1");  // an account of the attacker's does not help
    }
    succeed("own", "t1");
    EXPECT_EQ(attempt(name(200), "t1"), 0U);
    EXPECT_EQ(attempt("own", "t1"), kFirstLock);
}

TEST_F(LockoutTest, NamesAreLockedAsBefore) {
    for (unsigned i = 0; i < kTriesPerTerminal; ++i)
        ASSERT_EQ(attempt("suzuki", "t1"), 0U);
    EXPECT_EQ(attempt("suzuki", "t1"), kFirstLock);
    EXPECT_EQ(attempt("sato", "t1"), 0U);
    EXPECT_EQ(attempt("suzuki", "t2"), 0U);
}

TEST_F(LockoutTest, ASecondSuccessUnderWayLeavesTheLockThatOthersEarned) {
    for (unsigned i = 0; i < kTriesOfTerminal - 2; ++i)
        ASSERT_EQ(attempt(name(i), "t1"), 0U) << i;
    ASSERT_EQ(attempt("own", "t1"), 0U);
    ASSERT_EQ(attempt("own", "t1"), 0U);
    ASSERT_TRUE(Lockout(*store_).succeeded("own", "t1"));
    ASSERT_EQ(attempt(name(100), "t1"), 0U);
    ASSERT_EQ(attempt(name(101), "t1"), 0U);
    ASSERT_EQ(attempt(name(102), "t1"), kFirstLock);
    ASSERT_TRUE(Lockout(*store_).succeeded("own", "t1"));
    EXPECT_EQ(attempt(name(102), "t1"), kFirstLock);
}

TEST_F(LockoutTest, ATryIsCountedInAllRowsOrNone) {
    soci::session sql(soci::sqlite3, "db=" + (directory_ / "broker.db").string());
    sql << "CREATE TRIGGER full BEFORE INSERT ON failures WHEN (SELECT count(*) FROM failures) >= 2"
           " BEGIN SELECT RAISE(ABORT, 'full'); END";
    EXPECT_FALSE(Lockout(*store_).begin_try("suzuki", "t1", kNow));
    int rows = 0;
    sql << "SELECT count(*) FROM failures", soci::into(rows);
    EXPECT_EQ(rows, 0);
}

}  // namespace
}  // namespace sudare::auth

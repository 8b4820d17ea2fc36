// SPDX-License-Identifier: Apache-2.0
// A real database; times are arguments, nothing here waits.
#include "server/broker/auth/lockout.h"

#include <gtest/gtest.h>
#include <sodium.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

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

    Try begin(const std::string& user, const std::string& terminal, std::int64_t at = kNow,
              const Try* part_of = nullptr) {
        auto begun = Lockout(*store_).begin_try(user, terminal, at, part_of);
        EXPECT_TRUE(begun);
        return begun.value_or(Try{});
    }
    // Seconds of waiting; 0: the try went on and was counted.
    std::uint32_t attempt(const std::string& user, const std::string& terminal,
                          std::int64_t at = kNow) {
        return begin(user, terminal, at).wait;
    }
    void end_well(const Try& right) { ASSERT_TRUE(Lockout(*store_).succeeded(right)); }
    void succeed(const std::string& user, const std::string& terminal) {
        const Try own = begin(user, terminal);
        ASSERT_EQ(own.wait, 0U) << user;
        end_well(own);
    }
    int rows_of_failures() {
        soci::session other(soci::sqlite3, "db=" + (directory_ / "broker.db").string());
        int rows = 0;
        other << "SELECT count(*) FROM failures", soci::into(rows);
        return rows;
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

TEST_F(LockoutTest, LocksGetLongerUpToFourHours) {
    std::int64_t now = kNow;
    std::vector<std::uint32_t> locks;
    for (unsigned i = 0; locks.size() < 5; ++i) {  // too few at each terminal for a lock of the pair
        const Try begun = begin("suzuki", "t" + std::to_string(i / (kTriesPerTerminal - 1)), now);
        ASSERT_EQ(begun.wait, 0U);
        if (begun.rows[1].lock == 0)
            continue;
        locks.push_back(static_cast<std::uint32_t>(begun.rows[1].lock - now));
        now += locks.back();
        EXPECT_EQ(attempt("suzuki", "elsewhere", now - 1), 1U) << "until its last second";
    }
    EXPECT_EQ(locks, (std::vector<std::uint32_t>{900, 3600, 14400, 14400, 14400}));
}

TEST_F(LockoutTest, ASecondSuccessUnderWayLeavesTheLockThatOthersEarned) {
    for (unsigned i = 0; i < kTriesOfTerminal - 3; ++i)
        ASSERT_EQ(attempt(name(i), "t1"), 0U) << i;
    const Try first = begin("own", "t1"), second = begin("own", "t1");
    end_well(first);
    for (unsigned i = 0; i < 3; ++i)
        ASSERT_EQ(attempt(name(100 + i), "t1"), 0U) << i;
    ASSERT_EQ(attempt(name(103), "t1"), kFirstLock);
    end_well(second);
    EXPECT_EQ(attempt(name(103), "t1"), kFirstLock);
}

TEST_F(LockoutTest, OnlyTheTryThatBeganALockEndsIt) {
    for (unsigned i = 0; i < kTriesOfTerminal - 2; ++i)
        ASSERT_EQ(attempt(name(i), "t1"), 0U) << i;
    const Try first = begin("own", "t1"), second = begin("own", "t1");
    EXPECT_NE(second.rows[2].lock, 0) << "the twentieth";
    end_well(first);
    EXPECT_EQ(attempt(name(100), "t1"), kFirstLock) << "whether the second is right is not known";
    end_well(second);
    EXPECT_EQ(attempt(name(100), "t1"), 0U);
}

TEST_F(LockoutTest, ALockThatBeganMeanwhileOutlivesTheSuccess) {
    const auto place = [&] { return store_->failures(begin("x", "t1").rows[2].key)->count; };
    const Try own = begin("own", "t1");
    for (unsigned i = 0; i < kTriesPerTerminal - 1; ++i)
        ASSERT_EQ(attempt("own", "t1"), 0U);  // wrong, on another link; the last one locks
    end_well(own);
    EXPECT_EQ(attempt("own", "t1"), kFirstLock);
    EXPECT_EQ(place(), 1U) << "only x's";
    EXPECT_EQ(attempt("own", "t1", kNow + kFirstLock), 0U) << "it ends";
    for (unsigned i = 1; i < kTriesPerTerminal; ++i)  // in a row means after the success
        EXPECT_EQ(attempt("own", "t1", kNow + kFirstLock), 0U) << i;
}

TEST_F(LockoutTest, ACodeGoesOnWhereItsOwnPasswordLocked) {
    for (unsigned i = 0; i < kTriesOfTerminal - 1; ++i)
        ASSERT_EQ(attempt(name(i), "t1"), 0U) << i;
    const Try password = begin("own", "t1");
    EXPECT_EQ(begin("code own", "t1").wait, kFirstLock) << "control: not any other";
    const Try code = begin("code own", "t1", kNow, &password);
    EXPECT_EQ(code.wait, 0U);
    EXPECT_EQ(attempt("someone", "t1"), kFirstLock) << "the lock stays while it runs";
    end_well(code);
    end_well(password);
    EXPECT_EQ(attempt("someone", "t1"), 0U) << "the twentieth failure";
    EXPECT_EQ(attempt("someone", "t1"), kFirstLock);
}

TEST_F(LockoutTest, ACodeStopsAtALockThatAnotherBegan) {
    const Try password = begin("own", "t1");
    for (unsigned i = 0; i < kTriesOfTerminal - 1; ++i)
        ASSERT_EQ(attempt(name(i), "t1"), 0U) << i;
    EXPECT_EQ(begin("code own", "t1", kNow, &password).wait, kFirstLock);
}

// A crash between two rows is a transaction that is not committed, as is a database that stops here.
TEST_F(LockoutTest, ATryIsCountedInAllRowsOrNoneAndTakenBackLikewise) {
    soci::session sql(soci::sqlite3, "db=" + (directory_ / "broker.db").string());
    sql << "CREATE TRIGGER third BEFORE INSERT ON failures WHEN (SELECT count(*) FROM failures) >= 2"
           " BEGIN SELECT RAISE(ABORT, 'full'); END";
    EXPECT_FALSE(Lockout(*store_).begin_try("suzuki", "t1", kNow));
    EXPECT_EQ(rows_of_failures(), 0);
    sql << "DROP TRIGGER third";
    const Try right = begin("suzuki", "t1");
    EXPECT_EQ(rows_of_failures(), 3) << "control";
    sql << "CREATE TRIGGER last BEFORE DELETE ON failures WHEN (SELECT count(*) FROM failures) = 1"
           " BEGIN SELECT RAISE(ABORT, 'full'); END";
    EXPECT_FALSE(Lockout(*store_).succeeded(right));
    EXPECT_EQ(rows_of_failures(), 3);
    sql << "DROP TRIGGER last";
    end_well(right);
    EXPECT_EQ(rows_of_failures(), 0);
}

}  // namespace
}  // namespace sudare::auth

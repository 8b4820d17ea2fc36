// SPDX-License-Identifier: Apache-2.0
// What the database keeps of deletions.
#include <gtest/gtest.h>

#include <filesystem>

#include "server/broker/store/store.h"

namespace sudare::store {
namespace {

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
using Ids = std::vector<std::string>;

class RetentionStore : public ::testing::Test {
protected:
    RetentionStore() : path_(testing::TempDir() + "retention.db") {
        std::filesystem::remove(path_);
        store_ = std::move(*Store::open(path_));
    }
    ~RetentionStore() override { std::filesystem::remove(path_); }

    void add(const std::string& id, const std::string& user, std::int64_t day, std::int64_t length_ms,
             StoredRecording::State state = StoredRecording::State::kEnded) {
        StoredRecording one;
        one.id = id;
        one.user = user;
        one.started_ms = day * kDayMs;
        ASSERT_TRUE(store_->add_recording(one));
        one.length_ms = length_ms;
        one.bytes = 100;
        one.state = state;
        ASSERT_TRUE(store_->update_recording(one));
    }
    Ids to_judge(const std::string& user, std::int64_t before_day, std::uint32_t count = 100) {
        Ids out;
        const auto found = store_->recordings_to_judge(user, before_day * kDayMs, count).value();
        for (const auto& one : found)
            out.push_back(one.id);
        return out;
    }
    void order(const std::string& id) {
        ASSERT_TRUE(store_->order_deletions({{*store_->find_recording(id).value(), "rule", 7}}));
    }
    Ids ordered() {
        Ids out;
        const auto found = store_->ordered_deletions().value();
        for (const auto& one : found)
            out.push_back(one.recording.id);
        return out;
    }

    std::string path_;
    std::unique_ptr<Store> store_;
};

TEST_F(RetentionStore, WhatIsOrderedIsNotJudgedAgainUntilItIsWithdrawn) {
    add("b", "jun", 2, 0);
    add("a", "jun", 1, 0);
    add("c", "jun", 3, 0, StoredRecording::State::kOpen);
    add("d", "jun", 9, 0);
    add("e", "sakura", 1, 0);
    EXPECT_EQ(store_->recorded_users().value(), (Ids{"jun", "sakura"}));
    EXPECT_EQ(to_judge("jun", 9), (Ids{"a", "b"}));
    EXPECT_EQ(to_judge("jun", 9, 1), Ids{"a"});
    order("a");
    order("e");
    EXPECT_EQ(to_judge("jun", 9), Ids{"b"});
    EXPECT_EQ(ordered(), (Ids{"a", "e"}));
    EXPECT_EQ(store_->ordered_count().value(), 2U);
    EXPECT_EQ(store_->ordered_deletions().value()[0].rule, "rule");
    ASSERT_TRUE(store_->withdraw_deletions({"a", "nothing"}));
    EXPECT_EQ(to_judge("jun", 9), (Ids{"a", "b"}));
    ASSERT_TRUE(store_->forget_recordings({"e"}));
    EXPECT_EQ(ordered(), Ids{});
    EXPECT_FALSE(store_->find_recording("e").value());
    EXPECT_EQ(store_->recorded_users().value(), Ids{"jun"});
}

TEST_F(RetentionStore, ARecordingIsBetweenWhenAnyPartOfItIs) {
    add("a", "jun", 10, 2 * kDayMs);
    const auto between = [&](std::int64_t from, std::int64_t until) {
        return store_->recording_between(from * kDayMs, until * kDayMs).value().has_value();
    };
    EXPECT_TRUE(between(11, 11));
    EXPECT_TRUE(between(12, 20));
    EXPECT_TRUE(between(0, 10));
    EXPECT_FALSE(between(13, 20));
    EXPECT_FALSE(between(0, 9));
    add("b", "jun", 1000, INT64_MAX);  // what no session lasts
    EXPECT_TRUE(between(1300, 1301));
    EXPECT_FALSE(between(1400, 1401));
}

TEST_F(RetentionStore, SumsAreOfDaysAndUsers) {
    add("a", "jun", 10, 0);
    add("b", "jun", 10, 0);
    add("c", "jun", 11, 0);
    add("d", "sakura", 10, 0);
    const auto days = store_->recorded_days("jun").value();
    ASSERT_EQ(days.size(), 2U);
    EXPECT_EQ(days[0].day, 10);
    EXPECT_EQ(days[0].recordings, 2U);
    EXPECT_EQ(days[0].bytes, 200U);
}

TEST_F(RetentionStore, TheStateOfTheRulesIsKept) {
    EXPECT_EQ(store_->retention().value().last_day, "");
    ASSERT_TRUE(store_->set_retention({"2026-11-26", 1234}));
    store_.reset();
    store_ = std::move(*Store::open(path_));
    EXPECT_EQ(store_->retention().value().last_day, "2026-11-26");
    EXPECT_EQ(store_->retention().value().wait_until, 1234);
}

}  // namespace
}  // namespace sudare::store

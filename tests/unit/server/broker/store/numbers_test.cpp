// SPDX-License-Identifier: Apache-2.0
// A database that was put back from a copy gives no number a second time.
#include <gtest/gtest.h>

#include <filesystem>

#include "server/broker/store/store.h"

namespace sudare::store {
namespace {

const std::string kField = "access.idle_minutes";

class StoreNumbers : public ::testing::Test {
protected:
    StoreNumbers() : path_(testing::TempDir() + "numbers.db") {
        std::filesystem::remove(path_);
        store_ = std::move(*Store::open(path_));
        user_ = store_->add_user({0, "jun", "x", false, false}).value();
    }
    ~StoreNumbers() override { std::filesystem::remove(path_); }

    std::uint64_t session() { return store_->add_session(user_, "t1", 0).value(); }
    std::uint32_t change(const std::string& value) {
        return store_->change_policy({{{}, kField, value}}, 7).value();
    }
    std::string held(std::uint32_t version) {
        const auto layer = store_->layer({}, version).value();
        const policy::FieldRow* row = policy::row_of(kField);
        const auto& value = layer->at(row->id);
        return value ? policy::format(*row, *value) : "";
    }

    std::string path_;
    std::unique_ptr<Store> store_;
    std::uint32_t user_ = 0;
};

TEST_F(StoreNumbers, WhatItHasGivenRaisesNothing) {
    ASSERT_EQ(session(), 1U);
    ASSERT_EQ(change("20"), 1U);
    for (const Store::Given& given : {Store::Given{1, 1, 0, 0, 0, 0}, Store::Given{}}) {
        EXPECT_EQ(store_->behind(given).value(), std::nullopt);
        EXPECT_TRUE(store_->go_on_after(given));
    }
    EXPECT_EQ(session(), 2U);
    EXPECT_EQ(change("30"), 2U);
}

TEST_F(StoreNumbers, EachKindGoesOnAfterWhatWasGiven) {
    ASSERT_EQ(session(), 1U);
    const Store::Given given{41, 0, 42, 43, 44, 45};
    EXPECT_EQ(store_->behind(given).value(), std::optional<std::uint32_t>(0));
    ASSERT_TRUE(store_->go_on_after(given));
    EXPECT_EQ(session(), 42U);
    EXPECT_EQ(store_->add_pending({}, 7).value(), 43U);
    EXPECT_EQ(
        store_->add_exception({0, user_, policy::row_of(kField)->id, "20", 0, 1, "r", 7}).value(),
        44U);
    Emergency emergency;
    EXPECT_EQ(store_->add_emergency(emergency).value(), 46U);
    EXPECT_EQ(store_->add_consent({}).value(), 45U);
    EXPECT_EQ(store_->behind(given).value(), std::nullopt);
}

TEST_F(StoreNumbers, PolicyAsItIsBecomesAVersionOfItsOwn) {
    ASSERT_EQ(change("20"), 1U);
    const Store::Given given{0, 5, 0, 0, 0, 0};
    EXPECT_EQ(store_->behind(given).value(), std::optional<std::uint32_t>(6));
    ASSERT_TRUE(store_->go_on_after(given));
    EXPECT_EQ(store_->policy_version().value(), 6U);
    EXPECT_EQ(held(6), "20");
    const JournalEntry newest = store_->journal({}, 1).value().at(0);
    EXPECT_EQ(newest.version, 6U);
    EXPECT_EQ(newest.change.field, kRestoredField);
    EXPECT_EQ(newest.change.value, "1");           // what it was called
    EXPECT_EQ(store_->policy_time(5).value(), 0);  // is not here
    EXPECT_EQ(change("30"), 7U);
    // Going back to what was put back undoes the change and nothing else.
    const auto back = store_->differences({}, 6).value();
    ASSERT_EQ(back.size(), 1U);
    EXPECT_EQ(back[0].after, "20");
    EXPECT_EQ(store_->differences({}, 1).value().size(), 1U);  // the mark itself is no difference
    EXPECT_EQ(store_->behind(given).value(), std::nullopt);
}

}  // namespace
}  // namespace sudare::store

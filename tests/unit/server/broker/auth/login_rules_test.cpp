// SPDX-License-Identifier: Apache-2.0
// The decisions one by one; in all orders: login_model_test.cpp.
#include "server/broker/auth/login_rules.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <filesystem>

namespace sudare::auth {
namespace {

constexpr std::int64_t kNow = 1'000'000'000, kDay = 24 * 60 * 60;

store::User user(bool must_change, std::int64_t password_at, const char* totp) {
    return {1, "suzuki", "hash", false, must_change, password_at, totp, 7};
}

TEST(LoginRules, WhatPolicyAsksOfAnAccount) {
    const AccountRules none{}, code{true, 0}, age{false, 30}, both{true, 30};
    EXPECT_EQ(demand(user(false, 0, ""), none, kNow), Verdict::kRight);
    EXPECT_EQ(demand(user(false, 0, "secret"), none, kNow), Verdict::kRight);
    EXPECT_EQ(demand(user(true, kNow, "secret"), code, kNow), Verdict::kNewPassword);
    EXPECT_EQ(demand(user(false, kNow, ""), code, kNow), Verdict::kNoFactor);
    EXPECT_EQ(demand(user(false, kNow, "secret"), code, kNow), Verdict::kNoCode);
    EXPECT_EQ(demand(user(false, kNow - 30 * kDay, "secret"), age, kNow), Verdict::kRight);
    EXPECT_EQ(demand(user(false, kNow - 30 * kDay - 1, "secret"), both, kNow),
              Verdict::kOldPassword);
}

TEST(LoginRules, ALogInStandsForTheAccountAsItWas) {
    const Proof proof{user(false, kNow, "secret"), true},
        without{user(false, kNow, "secret"), false};
    const auto cause = [](const Proof& shown, std::optional<store::User> now, AccountRules rules) {
        return void_cause(shown, now, rules, kNow);
    };
    EXPECT_EQ(cause(proof, proof.user, {true, 0}), "");
    EXPECT_EQ(cause(without, without.user, {false, 0}), "");
    EXPECT_EQ(cause(without, without.user, {true, 0}), "code_missing");
    EXPECT_EQ(cause(proof, std::nullopt, {}), "disabled");
    store::User other = proof.user;
    other.disabled = true;
    EXPECT_EQ(cause(proof, other, {}), "disabled");
    other = proof.user;
    ++other.changes;
    EXPECT_EQ(cause(proof, other, {}), "changed_meanwhile");
    other = proof.user;
    other.id = 2;
    EXPECT_EQ(cause(proof, other, {}), "disabled");
}

class StoredFactor : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_GE(::sodium_init(), 0);
        std::string pattern = (std::filesystem::temp_directory_path() / "factor-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        directory_ = pattern;
        auto store = store::Store::open((directory_ / "broker.db").string());
        ASSERT_TRUE(store) << store.error().message;
        store_ = std::move(*store);
        id_ = store_->add_user({0, "suzuki", "hash", false, false}).value_or(0);
    }
    void TearDown() override {
        store_.reset();
        std::filesystem::remove_all(directory_);
    }
    std::uint64_t changes() { return (*store_->find_user("suzuki"))->changes; }
    bool fresh(std::int64_t step) { return store_->accept_totp_step(id_, step).value_or(false); }

    std::filesystem::path directory_;
    std::unique_ptr<store::Store> store_;
    std::uint32_t id_ = 0;
};

TEST_F(StoredFactor, StoringItAgainMakesNoUsedCodeGood) {
    ASSERT_TRUE(store_->set_totp(id_, "one", 10));
    EXPECT_TRUE(fresh(12));
    ASSERT_TRUE(store_->set_totp(id_, "one", 11));
    EXPECT_FALSE(fresh(12));
    EXPECT_TRUE(fresh(13));
    ASSERT_TRUE(store_->set_totp(id_, "one", 20));
    EXPECT_FALSE(fresh(20));
    ASSERT_TRUE(store_->set_totp(id_, "another", 5));  // control: its codes are others
    EXPECT_TRUE(fresh(6));
}

TEST_F(StoredFactor, EachChangeOfTheAccountCountsAndNoUseOfIt) {
    const std::uint64_t before = changes();
    ASSERT_TRUE(store_->set_hash(id_, "the same, newer"));
    EXPECT_EQ(changes(), before);
    ASSERT_TRUE(store_->set_totp(id_, "one", 10));
    EXPECT_EQ(changes(), before + 1);
    EXPECT_TRUE(fresh(11));
    EXPECT_EQ(changes(), before + 1);
    ASSERT_TRUE(store_->set_password(id_, "another", true));
    ASSERT_TRUE(store_->set_disabled(id_, true));
    EXPECT_EQ(changes(), before + 3);
    ASSERT_TRUE(store_->import({}, {{id_, false}}, {}, 0));
    EXPECT_EQ(changes(), before + 4);
}

}  // namespace
}  // namespace sudare::auth

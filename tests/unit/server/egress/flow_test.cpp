// SPDX-License-Identifier: Apache-2.0
#include "server/egress/flow.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace sudare::egress {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(ByteQuota, StartsAnewAfterADay) {
    ByteQuota quota;
    const auto start = ByteQuota::Clock::now();
    EXPECT_FALSE(quota.used_up(start));
    quota.set_limit(100);
    quota.add(99);
    EXPECT_FALSE(quota.used_up(start));
    quota.add(1);
    EXPECT_TRUE(quota.used_up(start));
    EXPECT_TRUE(quota.used_up(start + hours(23)));
    EXPECT_FALSE(quota.used_up(start + hours(25)));
    quota.set_limit(std::nullopt);
    quota.add(1'000'000);
    EXPECT_FALSE(quota.used_up(start + hours(25)));
}

class DeadlineTest : public testing::Test {
protected:
    // Runs until watch() has returned; its value.
    bool outcome() {
        bool passed = false;
        asio::co_spawn(io_, deadline_.watch(),
                       [&](std::exception_ptr, bool value) { passed = value; });
        if (before_run_)
            asio::post(io_, before_run_);
        io_.run();
        return passed;
    }

    asio::io_context io_;
    Deadline deadline_{io_.get_executor()};
    std::function<void()> before_run_;
};

TEST_F(DeadlineTest, PassesAtItsTime) {
    deadline_.set(milliseconds(1));
    EXPECT_TRUE(outcome());
    EXPECT_TRUE(deadline_.passed());
}

TEST_F(DeadlineTest, FinishEndsTheWatch) {
    deadline_.set(hours(1));
    before_run_ = [&] { deadline_.finish(); };
    EXPECT_FALSE(outcome());
}

TEST_F(DeadlineTest, MovesNearer) {
    deadline_.set(hours(1));
    before_run_ = [&] { deadline_.set(milliseconds(1)); };
    EXPECT_TRUE(outcome());  // else this test runs into its time limit
}

TEST_F(DeadlineTest, MovesAway) {
    deadline_.set(milliseconds(0));
    before_run_ = nullptr;
    deadline_.set(hours(1));
    asio::post(io_, [&] { deadline_.finish(); });
    EXPECT_FALSE(outcome());
}

}  // namespace
}  // namespace sudare::egress

// SPDX-License-Identifier: Apache-2.0
#include "server/session/picture/window.h"

#include <gtest/gtest.h>

namespace sudare::picture {
namespace {

class WindowTest : public testing::Test {
   protected:
    // A path with this round trip that carries `rate` bytes a second, for some updates.
    void run_path(microseconds round_trip, double rate, std::size_t bytes) {
        for (int i = 0; i < 50; ++i) {
            const TimePoint sent = now;
            window.on_sent(++sequence, bytes, now);
            const std::chrono::duration<double> carry(static_cast<double>(bytes) / rate);
            now = sent + round_trip + std::chrono::duration_cast<microseconds>(carry);
            window.on_ack(sequence, 0, now);
        }
    }
    std::size_t fill(std::size_t bytes) {
        std::size_t count = 0;
        while (window.open() && count < 100) {
            window.on_sent(++sequence, bytes, now);
            ++count;
        }
        return count;
    }

    Window window;
    TimePoint now{std::chrono::hours(1)};
    std::uint32_t sequence = 0;
};

TEST_F(WindowTest, ShortPathHoldsFewFrames) {
    run_path(milliseconds(1), 1e8, 1000);
    EXPECT_EQ(fill(100), 3U);
}

TEST_F(WindowTest, LongPathHoldsMoreButNeverMoreThanTheLimit) {
    run_path(milliseconds(100), 1e8, 1000);
    EXPECT_EQ(fill(100), 9U);  // in 100 ms a seventh frame begins, and two
    window.reset();
    run_path(milliseconds(2000), 1e9, 1000);
    EXPECT_EQ(fill(100), limits::kWindowUpdatesMax);
}

TEST_F(WindowTest, SlowPathIsNotFilledWithBytes) {
    run_path(milliseconds(40), 1'000'000, 60'000);
    ASSERT_TRUE(window.rate());
    EXPECT_NEAR(*window.rate(), 600'000, 100'000);  // one update a round trip and its carriage
    EXPECT_LE(fill(50'000), 2U);
}

TEST_F(WindowTest, AckCountsForAllBefore) {
    window.on_sent(1, 10, now);
    window.on_sent(2, 10, now);
    window.on_sent(3, 10, now);
    window.on_ack(2, 0, now + milliseconds(5));
    EXPECT_EQ(window.frames_in_flight(), 1U);
    window.on_ack(1, 0, now + milliseconds(6));
    window.on_ack(9, 0, now + milliseconds(6));
    EXPECT_EQ(window.frames_in_flight(), 1U);
}

TEST_F(WindowTest, ViewerThatCannotKeepUpShutsIt) {
    run_path(milliseconds(50), 1e8, 1000);
    window.on_sent(101, 10, now);
    window.on_sent(102, 10, now);
    window.on_ack(101, 5, now + milliseconds(50));
    EXPECT_FALSE(window.open());
    window.on_ack(102, 5, now + milliseconds(60));
    EXPECT_TRUE(window.open());  // nothing in flight: never stuck
}

}  // namespace
}  // namespace sudare::picture

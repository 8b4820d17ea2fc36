// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/event_loop.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <optional>

#include "server/base/unix_socket.h"

namespace sudare::compositor {
namespace {

using namespace std::chrono_literals;

TEST(EventLoopTest, TellsReadinessAndHangUp) {
    auto loop = EventLoop::create();
    ASSERT_TRUE(loop);
    auto pair = unix_pair();
    ASSERT_TRUE(pair);
    std::uint32_t seen = 0;
    auto watch = loop->watch(pair->first.get(), EventLoop::kReadable,
                             [&](std::uint32_t ready) { seen |= ready; });
    ASSERT_TRUE(watch);
    loop->turn(0ms);
    EXPECT_EQ(seen, 0U);
    ASSERT_EQ(::write(pair->second.get(), "x", 1), 1);
    loop->turn(1s);
    EXPECT_EQ(seen, EventLoop::kReadable);
    pair->second.reset();
    loop->turn(1s);
    EXPECT_TRUE(seen & EventLoop::kHangUp);
}

TEST(EventLoopTest, AWatchMayEndItselfWhileItIsCalled) {
    auto loop = EventLoop::create();
    ASSERT_TRUE(loop);
    auto pair = unix_pair();
    ASSERT_TRUE(pair);
    ASSERT_EQ(::write(pair->second.get(), "x", 1), 1);
    int calls = 0;
    std::optional<EventLoop::Watch> watch;
    auto made = loop->watch(pair->first.get(), EventLoop::kReadable,
                            [&, big = std::string(1000, 'x')](std::uint32_t) {
                                watch.reset();
                                calls += big.size() == 1000 ? 1 : 100;  // still alive
                            });
    ASSERT_TRUE(made);
    watch = std::move(*made);
    loop->turn(1s);
    loop->turn(0ms);
    EXPECT_EQ(calls, 1);
}

TEST(EventLoopTest, TimersFireOnceAndCanBeDisarmed) {
    auto loop = EventLoop::create();
    ASSERT_TRUE(loop);
    int wanted = 0, unwanted = 0;
    auto first = loop->timer([&] {
        ++wanted;
        loop->stop();
    });
    auto second = loop->timer([&] { ++unwanted; });
    ASSERT_TRUE(first && second);
    second->arm(1ms);
    second->disarm();
    first->arm(5ms);
    loop->run();
    loop->turn(0ms);
    EXPECT_EQ(wanted, 1);
    EXPECT_EQ(unwanted, 0);
}

TEST(EventLoopTest, DeferredTasksRunAfterTheCallbacksThatAskedForThem) {
    auto loop = EventLoop::create();
    ASSERT_TRUE(loop);
    std::string order;
    loop->defer([&] {
        order += 'a';
        loop->defer([&] { order += 'c'; });
        order += 'b';
    });
    EXPECT_EQ(order, "");
    loop->turn(0ms);
    loop->turn(0ms);
    EXPECT_EQ(order, "abc");
}

}  // namespace
}  // namespace sudare::compositor

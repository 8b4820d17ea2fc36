// SPDX-License-Identifier: Apache-2.0
#include "server/link/ack_gate.h"

#include <gtest/gtest.h>

#include <random>

namespace sudare::link {
namespace {

TEST(AckGateTest, AnHonestViewersAcksPassOncePerUpdate) {
    AckGate gate;
    for (std::uint32_t sequence = 7; sequence < 500; ++sequence) {
        gate.sent(sequence);
        const auto passed = gate.admit({sequence, 1234, 1});
        ASSERT_TRUE(passed);
        EXPECT_EQ(passed->sequence, sequence);
        EXPECT_EQ(passed->queue, 1);
        EXPECT_FALSE(gate.admit({sequence, 1234, 1}));
    }
}

TEST(AckGateTest, ALaterAckStandsForTheEarlier) {
    AckGate gate;
    for (const std::uint32_t sequence : {1U, 2U, 3U})
        gate.sent(sequence);
    EXPECT_TRUE(gate.admit({2, 0, 0}));
    EXPECT_FALSE(gate.admit({1, 0, 0}));
    EXPECT_TRUE(gate.admit({3, 0, 0}));
}

TEST(AckGateTest, FreeBitsAreTakenOut) {
    AckGate gate;
    gate.sent(9);
    const auto passed = gate.admit({9, 0xDEADBEEF, 0xA5});
    ASSERT_TRUE(passed);
    EXPECT_EQ(passed->decode_us, 0U);
    EXPECT_EQ(passed->queue, AckGate::kQueueMax);
}

TEST(AckGateTest, WhatWasNotSentDoesNotPass) {
    AckGate gate;
    gate.sent(0);
    gate.sent(1);
    std::mt19937 random(1);
    const auto any = [&] { return static_cast<std::uint32_t>(random()); };
    int passed = 0;
    for (int i = 0; i < 100'000; ++i)
        passed += gate.admit({any() | 2U, any(), 0}) ? 1 : 0;
    EXPECT_EQ(passed, 0);
}

TEST(AckGateTest, SequencesWrapAndMemoryIsBounded) {
    AckGate gate;
    for (std::uint32_t i = 0; i < 1000; ++i)
        gate.sent(0xFFFFFFFF - 990 + i);
    EXPECT_FALSE(gate.admit({0xFFFFFFFF - 40, 0, 0})) << "older than the window";
    EXPECT_TRUE(gate.admit({0xFFFFFFFF, 0, 0}));
    EXPECT_TRUE(gate.admit({8, 0, 0}));
}

}  // namespace
}  // namespace sudare::link

// SPDX-License-Identifier: Apache-2.0
// Times are arguments: nothing here waits.
#include "server/gateway/throttle.h"

#include <gtest/gtest.h>

namespace sudare::gateway {
namespace {

using std::chrono::seconds;
using Verdict = Throttle::Verdict;

constexpr std::uint64_t kSeed = 42;
const Throttle::Clock::time_point kNow{std::chrono::hours(1)};
constexpr int kCrash = -1;

constexpr int code(ipc::LinkExit exit) { return static_cast<int>(exit); }

Address v4(std::uint32_t number) {
    return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff,
            static_cast<std::uint8_t>(number >> 24), static_cast<std::uint8_t>(number >> 16),
            static_cast<std::uint8_t>(number >> 8),  static_cast<std::uint8_t>(number)};
}

Address v6(std::uint8_t network, std::uint8_t host) {
    Address out{0x20, 0x01, 0x0d, 0xb8};
    out[7] = network;
    out[15] = host;
    return out;
}

// Wide open but for what a test is about.
ThrottleSettings open_settings() {
    ThrottleSettings settings;
    settings.early_drop_from = 10000;
    settings.early_drop_full = 20000;
    settings.unproven_per_source = 10000;
    settings.connections_per_source = 10000;
    settings.connections_max = 20000;
    return settings;
}

TEST(ThrottleTest, AcceptsAndCountsUntilTheEnd) {
    Throttle throttle(open_settings(), kSeed);
    ASSERT_EQ(throttle.judge(v4(1), kNow), Verdict::kAccept);
    EXPECT_EQ(throttle.connections(), 1U);
    EXPECT_EQ(throttle.unproven(), 1U);
    throttle.proven(v4(1), kNow);
    EXPECT_EQ(throttle.connections(), 1U);
    EXPECT_EQ(throttle.unproven(), 0U);
    throttle.ended(v4(1), true, code(ipc::LinkExit::kOrderly), kNow);
    EXPECT_EQ(throttle.connections(), 0U);
    EXPECT_EQ(throttle.unproven(), 0U);
    EXPECT_EQ(throttle.sources(), 1U) << "it is known for a day";
}

TEST(ThrottleTest, NothingIsKeptOfAHarmlessSourceThatProvedNothing) {
    Throttle throttle(open_settings(), kSeed);
    ASSERT_EQ(throttle.judge(v4(1), kNow), Verdict::kAccept);
    throttle.ended(v4(1), false, code(ipc::LinkExit::kOurFault), kNow);
    EXPECT_EQ(throttle.sources(), 0U);
}

TEST(ThrottleTest, AnEndThatWasNeverProvenCountsBothDown) {
    Throttle throttle(open_settings(), kSeed);
    ASSERT_EQ(throttle.judge(v4(1), kNow), Verdict::kAccept);
    ASSERT_EQ(throttle.judge(v4(1), kNow), Verdict::kAccept);
    throttle.ended(v4(1), false, code(ipc::LinkExit::kOurFault), kNow);
    EXPECT_EQ(throttle.connections(), 1U);
    EXPECT_EQ(throttle.unproven(), 1U);
}

TEST(ThrottleTest, RefusedConnectionsCountNowhere) {
    auto settings = open_settings();
    settings.unproven_per_source = 1;
    Throttle throttle(settings, kSeed);
    ASSERT_EQ(throttle.judge(v4(1), kNow), Verdict::kAccept);
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(throttle.judge(v4(1), kNow), Verdict::kSourceBusy);
    EXPECT_EQ(throttle.connections(), 1U);
    EXPECT_EQ(throttle.unproven(), 1U);
}

TEST(ThrottleTest, AllTogetherAreLimitedProvenOrNot) {
    auto settings = open_settings();
    settings.connections_max = 2;
    Throttle throttle(settings, kSeed);
    for (std::uint32_t i = 1; i <= 2; ++i) {
        ASSERT_EQ(throttle.judge(v4(i), kNow), Verdict::kAccept);
        throttle.proven(v4(i), kNow);
    }
    EXPECT_EQ(throttle.judge(v4(3), kNow), Verdict::kTooMany);
    throttle.ended(v4(1), true, 0, kNow);
    EXPECT_EQ(throttle.judge(v4(3), kNow), Verdict::kAccept);
}

TEST(ThrottleTest, OneSourceCannotTakeAllUnprovenStarts) {
    auto settings = open_settings();
    settings.unproven_per_source = 3;
    Throttle throttle(settings, kSeed);
    for (int i = 0; i < 3; ++i)
        ASSERT_EQ(throttle.judge(v4(1), kNow), Verdict::kAccept);
    EXPECT_EQ(throttle.judge(v4(1), kNow), Verdict::kSourceBusy);
    EXPECT_EQ(throttle.judge(v4(2), kNow), Verdict::kAccept) << "another source";
    throttle.proven(v4(1), kNow);
    EXPECT_EQ(throttle.judge(v4(1), kNow), Verdict::kAccept) << "one has proven itself";
    EXPECT_EQ(throttle.judge(v4(1), kNow), Verdict::kSourceBusy);
    throttle.ended(v4(1), false, 0, kNow);
    EXPECT_EQ(throttle.judge(v4(1), kNow), Verdict::kAccept) << "one has ended";
}

TEST(ThrottleTest, OneSourceCannotTakeAllConnectionsProvenOrNot) {
    auto settings = open_settings();
    settings.connections_per_source = 2;
    Throttle throttle(settings, kSeed);
    for (int i = 0; i < 2; ++i) {
        ASSERT_EQ(throttle.judge(v4(1), kNow), Verdict::kAccept);
        throttle.proven(v4(1), kNow);
    }
    EXPECT_EQ(throttle.judge(v4(1), kNow), Verdict::kSourceBusy);
    EXPECT_EQ(throttle.judge(v4(2), kNow), Verdict::kAccept) << "another source";
    throttle.ended(v4(1), true, 0, kNow);
    EXPECT_EQ(throttle.judge(v4(1), kNow), Verdict::kAccept);
}

TEST(ThrottleTest, AnIpv6NetworkIsOneSourceAndAnIpv4AddressIsOne) {
    auto settings = open_settings();
    settings.unproven_per_source = 1;
    Throttle throttle(settings, kSeed);
    EXPECT_EQ(throttle.judge(v6(1, 1), kNow), Verdict::kAccept);
    EXPECT_EQ(throttle.judge(v6(1, 2), kNow), Verdict::kSourceBusy);
    EXPECT_EQ(throttle.judge(v6(2, 1), kNow), Verdict::kAccept);
    EXPECT_EQ(throttle.judge(v4(1), kNow), Verdict::kAccept);
    EXPECT_EQ(throttle.judge(v4(2), kNow), Verdict::kAccept);
    throttle.ended(v6(1, 2), false, 0, kNow);
    EXPECT_EQ(throttle.judge(v6(1, 3), kNow), Verdict::kAccept) << "counted down where counted up";
}

// Of 1000 starts while this many are unproven, how many are dropped.
int dropped_of_1000(std::uint32_t unproven) {
    auto settings = open_settings();
    settings.early_drop_from = 10;
    settings.early_drop_percent = 30;
    settings.early_drop_full = 100;
    Throttle throttle(settings, kSeed);
    std::uint32_t source = 0;
    while (throttle.unproven() < unproven)
        throttle.judge(v4(++source), kNow);
    int dropped = 0;
    for (int i = 0; i < 1000; ++i) {
        const auto verdict = throttle.judge(v4(++source), kNow);
        dropped += verdict == Verdict::kEarlyDrop ? 1 : 0;
        if (verdict == Verdict::kAccept)
            throttle.ended(v4(source), false, 0, kNow);
    }
    EXPECT_EQ(throttle.unproven(), unproven);
    return dropped;
}

TEST(ThrottleTest, DropsEarlyAtRandomAndMoreTheFullerItGets) {
    EXPECT_EQ(dropped_of_1000(9), 0);
    // Binomial with n = 1000: four standard deviations are 63 at most.
    EXPECT_NEAR(dropped_of_1000(10), 300, 63);
    EXPECT_NEAR(dropped_of_1000(55), 650, 63);
    EXPECT_NEAR(dropped_of_1000(99), 990, 20);
    EXPECT_EQ(dropped_of_1000(100), 1000);
}

TEST(ThrottleTest, TheSameSeedDropsTheSame) { EXPECT_EQ(dropped_of_1000(30), dropped_of_1000(30)); }

TEST(ThrottleTest, EachEndHasItsPenalty) {
    EXPECT_EQ(penalty_of(code(ipc::LinkExit::kOrderly)), seconds(0));
    EXPECT_EQ(penalty_of(code(ipc::LinkExit::kOurFault)), seconds(0));
    EXPECT_EQ(penalty_of(code(ipc::LinkExit::kNoHandshake)), seconds(1));
    EXPECT_EQ(penalty_of(code(ipc::LinkExit::kNoLogin)), seconds(1));
    EXPECT_EQ(penalty_of(code(ipc::LinkExit::kLoginFailed)), seconds(5));
    EXPECT_EQ(penalty_of(code(ipc::LinkExit::kProtocolFault)), seconds(10));
    EXPECT_EQ(penalty_of(kCrash), seconds(90));
    EXPECT_EQ(penalty_of(1), seconds(90)) << "a status that no link of ours has";
}

// A connection that was let in and ended like this.
void visit(Throttle& throttle, const Address& source, int exit_status,
           Throttle::Clock::time_point at) {
    ASSERT_EQ(throttle.judge(source, at), Verdict::kAccept);
    throttle.ended(source, false, exit_status, at);
}

TEST(ThrottleTest, PenaltiesAddUpAndExpire) {
    Throttle throttle(open_settings(), kSeed);
    const int fault = code(ipc::LinkExit::kProtocolFault);
    visit(throttle, v4(1), fault, kNow);
    visit(throttle, v4(1), fault, kNow);  // 10 s are below the threshold
    EXPECT_EQ(throttle.judge(v4(1), kNow), Verdict::kPenalty);
    EXPECT_EQ(throttle.judge(v4(2), kNow), Verdict::kAccept) << "nobody else pays";
    EXPECT_EQ(throttle.judge(v4(1), kNow + seconds(4)), Verdict::kPenalty);
    EXPECT_EQ(throttle.judge(v4(1), kNow + seconds(5)), Verdict::kAccept) << "20 s - 5 s = threshold";
}

TEST(ThrottleTest, PenaltiesHaveAMaximum) {
    Throttle throttle(open_settings(), kSeed);
    for (int i = 0; i < 100; ++i)
        ASSERT_EQ(throttle.judge(v4(1), kNow), Verdict::kAccept);
    for (int i = 0; i < 100; ++i)
        throttle.ended(v4(1), false, kCrash, kNow);
    const auto still = kNow + Throttle::kPenaltyMax - Throttle::kPenaltyThreshold;
    EXPECT_EQ(throttle.judge(v4(1), still - seconds(1)), Verdict::kPenalty);
    EXPECT_EQ(throttle.judge(v4(1), still), Verdict::kAccept);
}

TEST(ThrottleTest, PenaltiesCanBeTurnedOff) {
    auto settings = open_settings();
    settings.penalties = false;
    Throttle throttle(settings, kSeed);
    visit(throttle, v4(1), kCrash, kNow);
    EXPECT_EQ(throttle.judge(v4(1), kNow), Verdict::kAccept);
}

// A terminal with a good certificate whose link crashed at this time.
void crash(Throttle& throttle, const Address& source, Throttle::Clock::time_point at) {
    ASSERT_EQ(throttle.judge(source, at), Verdict::kAccept);
    throttle.proven(source, at);
    throttle.ended(source, true, kCrash, at);
}

TEST(ThrottleTest, OneCrashLetsAProvenTerminalBackInAndASecondOneDoesNot) {
    Throttle throttle(open_settings(), kSeed);
    crash(throttle, v4(1), kNow);
    crash(throttle, v4(1), kNow + seconds(1));  // was let in at once
    EXPECT_EQ(throttle.judge(v4(1), kNow + seconds(1)), Verdict::kPenalty);
    EXPECT_EQ(throttle.judge(v4(1), kNow + seconds(80)), Verdict::kPenalty);
    visit(throttle, v4(2), kCrash, kNow);
    EXPECT_EQ(throttle.judge(v4(2), kNow), Verdict::kPenalty) << "it has proven nothing";
}

TEST(ThrottleTest, ACrashIsForgottenAfterItsTimeAndNotBefore) {
    Throttle throttle(open_settings(), kSeed);
    crash(throttle, v4(1), kNow);
    const auto last = kNow + Throttle::kCrashForgotten - seconds(1);
    crash(throttle, v4(1), last);
    EXPECT_EQ(throttle.judge(v4(1), last), Verdict::kPenalty);
    crash(throttle, v4(2), kNow);
    crash(throttle, v4(2), kNow + Throttle::kCrashForgotten);
    EXPECT_EQ(throttle.judge(v4(2), kNow + Throttle::kCrashForgotten), Verdict::kAccept);
}

TEST(ThrottleTest, ACrashIsPenalisedAlthoughAnotherConnectionOfTheSourceEndedBefore) {
    Throttle throttle(open_settings(), kSeed);
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(throttle.judge(v4(1), kNow), Verdict::kAccept);
        throttle.proven(v4(1), kNow);
    }
    throttle.ended(v4(1), true, code(ipc::LinkExit::kOrderly), kNow);
    throttle.ended(v4(1), true, kCrash, kNow);
    throttle.ended(v4(1), true, kCrash, kNow);
    EXPECT_EQ(throttle.judge(v4(1), kNow), Verdict::kPenalty);
}

// Eight addresses that hold all the unproven starts they may have.
void shut_out_newcomers(Throttle& throttle, Throttle::Clock::time_point at) {
    for (std::uint32_t i = 0; throttle.unproven() < ThrottleSettings().early_drop_full; ++i)
        throttle.judge(v4(100 + i % 8), at);
}

TEST(ThrottleTest, StrangersCannotShutOutWhoHasProvenItselfToday) {
    Throttle throttle(ThrottleSettings(), kSeed);
    ASSERT_EQ(throttle.judge(v4(1), kNow), Verdict::kAccept);
    throttle.proven(v4(1), kNow);
    throttle.ended(v4(1), true, code(ipc::LinkExit::kOrderly), kNow);
    shut_out_newcomers(throttle, kNow);
    EXPECT_EQ(throttle.judge(v4(2), kNow), Verdict::kEarlyDrop);
    const auto later = kNow + Throttle::kProofHolds - seconds(1);
    for (std::uint32_t i = 0; i < ThrottleSettings().unproven_per_source; ++i)
        ASSERT_EQ(throttle.judge(v4(1), later), Verdict::kAccept);
    EXPECT_EQ(throttle.judge(v4(1), later), Verdict::kSourceBusy) << "its own limit stays";
    throttle.ended(v4(1), false, 0, later);
    EXPECT_EQ(throttle.judge(v4(1), later + seconds(1)), Verdict::kEarlyDrop) << "a day has gone";
}

TEST(ThrottleTest, ProofsOutliveAFloodOfSourcesWithPenalties) {
    Throttle throttle(ThrottleSettings(), kSeed);
    ASSERT_EQ(throttle.judge(v4(1), kNow), Verdict::kAccept);
    throttle.proven(v4(1), kNow);
    throttle.ended(v4(1), true, code(ipc::LinkExit::kOrderly), kNow);
    for (std::uint32_t i = 1000; i < 1000 + 2 * Throttle::kSourcesMax; ++i) {
        visit(throttle, v4(i), code(ipc::LinkExit::kNoHandshake), kNow);
        ASSERT_LE(throttle.sources(), Throttle::kSourcesMax);
    }
    shut_out_newcomers(throttle, kNow);
    EXPECT_EQ(throttle.judge(v4(1), kNow), Verdict::kAccept);
}

TEST(ThrottleTest, MemoryIsBoundedAndOpenConnectionsAreNeverForgotten) {
    auto settings = open_settings();
    settings.unproven_per_source = 1;
    Throttle throttle(settings, kSeed);
    ASSERT_EQ(throttle.judge(v4(1), kNow), Verdict::kAccept);
    for (std::uint32_t i = 2; i < 3 * Throttle::kSourcesMax; ++i) {
        if (throttle.judge(v4(i), kNow) == Verdict::kAccept)
            throttle.ended(v4(i), false, code(ipc::LinkExit::kNoHandshake), kNow);
        ASSERT_LE(throttle.sources(), Throttle::kSourcesMax);
    }
    EXPECT_EQ(throttle.judge(v4(1), kNow), Verdict::kSourceBusy);
}

TEST(ThrottleTest, PenaltiesOutliveAFloodOfHarmlessSources) {
    Throttle throttle(open_settings(), kSeed);
    visit(throttle, v4(1), kCrash, kNow);
    for (std::uint32_t i = 2; i < 2 * Throttle::kSourcesMax; ++i)
        visit(throttle, v4(i), code(ipc::LinkExit::kOrderly), kNow);
    EXPECT_EQ(throttle.judge(v4(1), kNow), Verdict::kPenalty);
}

TEST(RepeatsTest, SaysWhenALineIsDueAndWhatItStandsFor) {
    Repeats repeats;
    EXPECT_EQ(repeats.count(kNow), 1U);
    EXPECT_EQ(repeats.count(kNow), std::nullopt);
    EXPECT_EQ(repeats.count(kNow + Repeats::kInterval - seconds(1)), std::nullopt);
    EXPECT_EQ(repeats.count(kNow + Repeats::kInterval), 3U);
}

}  // namespace
}  // namespace sudare::gateway

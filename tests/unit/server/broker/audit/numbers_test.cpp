// SPDX-License-Identifier: Apache-2.0
// Numbers that records name and the database may not know.
#include <gtest/gtest.h>

#include "tests/unit/server/broker/audit/estate.h"

namespace sudare::audit {
namespace {

constexpr auto kText = "x";

TEST(GivenNumbers, TheGreatestOfEachKindIsKept) {
    GivenNumbers numbers;
    numbers.note(Event{EventType::kSessionGranted, {}}
                     .number(Field::kSession, 9)
                     .number(Field::kPolicyVersion, 4));
    numbers.note(Event{EventType::kSessionEnded, {}}.number(Field::kSession, 3));
    numbers.note(Event{EventType::kConsentAsked, {}}.number(Field::kConsent, 5));
    numbers.note(Event{EventType::kEmergencyStarted, {}}
                     .number(Field::kEmergency, 2)
                     .number(Field::kNumber, 70));
    numbers.note(Event{EventType::kChangeAsked, {}}.number(Field::kNumber, 11));
    numbers.note(Event{EventType::kExceptionAdded, {}}.number(Field::kNumber, 12));
    numbers.note(
        Event{EventType::kInputAlarm, {}}.number(Field::kNumber, 99).text(Field::kCause, kText));
    EXPECT_EQ(numbers, (GivenNumbers{9, 4, 11, 12, 5, 2}));
}

TEST(GivenNumbers, ANumberOutOfReachEndsNothing) {
    GivenNumbers numbers;
    numbers.note(Event{EventType::kSessionEnded, {}}.number(Field::kSession, ~0ULL));
    EXPECT_EQ(numbers, GivenNumbers{});
    numbers.note(Event{EventType::kSessionEnded, {}}.number(Field::kSession, GivenNumbers::kMost));
    EXPECT_EQ(numbers.session, GivenNumbers::kMost);
}

class UnknownNumbers : public ::testing::Test {
protected:
    void grant(std::uint64_t session) {
        auto log = estate_.open();
        ASSERT_TRUE(log) << log.error().message;
        ASSERT_TRUE((*log)->append_durable(
            Event{EventType::kSessionGranted, {}}.number(Field::kSession, session)));
    }
    std::uint64_t found() { return (*estate_.open())->unknown_numbers().session; }
    Estate estate_;
};

TEST_F(UnknownNumbers, AreThoseBeyondTheAnchor) {
    grant(1);
    const Anchor older = estate_.anchor;
    grant(2);
    grant(3);
    EXPECT_EQ(found(), 0U);  // the database has seen them
    estate_.anchor = older;
    EXPECT_EQ(found(), 3U);
    grant(4);
    EXPECT_EQ(found(), 0U);
}

TEST_F(UnknownNumbers, AreAllWhereNothingIsKnown) {
    auto log =
        Log::open(estate_.audit, {{}, [](const Anchor&) { return Result<void>(); }, false}, [] {});
    ASSERT_TRUE(log);
    ASSERT_TRUE(
        (*log)->append_durable(Event{EventType::kSessionGranted, {}}.number(Field::kSession, 7)));
    log->reset();
    log =
        Log::open(estate_.audit, {{}, [](const Anchor&) { return Result<void>(); }, false}, [] {});
    ASSERT_TRUE(log);
    EXPECT_EQ((*log)->unknown_numbers().session, 7U);
}

}  // namespace
}  // namespace sudare::audit

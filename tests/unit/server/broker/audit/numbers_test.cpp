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

TEST(GivenNumbers, AreOfAllThatTheLogHas) {
    Estate estate;
    const auto numbers = [&] { return (*estate.open())->numbers(); };
    EXPECT_EQ(numbers(), GivenNumbers{});
    for (const std::uint64_t session : {7U, 3U}) {
        auto log = estate.open();
        ASSERT_TRUE(log) << log.error().message;
        ASSERT_TRUE((*log)->append_durable(
            Event{EventType::kSessionGranted, {}}.number(Field::kSession, session)));
        EXPECT_EQ((*log)->numbers().session, session == 7 ? 0U : 7U);  // as it was found
    }
    EXPECT_EQ(numbers().session, 7U);
}

}  // namespace
}  // namespace sudare::audit

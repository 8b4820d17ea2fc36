// SPDX-License-Identifier: Apache-2.0
#include "server/broker/retention/holds.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace sudare::retention {
namespace {

using store::Hold;
using store::StoredRecording;

constexpr std::int64_t kDay = 24 * 60 * 60, kNano = 1'000'000'000;
constexpr std::int64_t kNoon = 20'000 * kDay + kDay / 2;

StoredRecording recording(const std::string& user, std::uint64_t session, std::int64_t began,
                          std::int64_t seconds) {
    StoredRecording one;
    one.user = user;
    one.session = session;
    one.started_ms = began * 1000;
    one.length_ms = seconds * 1000;
    return one;
}

TEST(Holds, OneWithoutAnyLimitKeepsEverything) {
    EXPECT_TRUE(holds_days({}, 0, 0));
    EXPECT_TRUE(holds_days({}, kNoon * kNano, kNoon * kNano));
    EXPECT_TRUE(holds_recording({}, recording("sakura", 1, 0, 0)));
}

TEST(Holds, DaysGoByTimeAloneAndWithADayOnBothSides) {
    Hold hold;
    hold.user = "sakura";
    hold.session = 7;
    hold.since = kNoon;
    hold.until = kNoon + 60;
    for (const std::int64_t days : {-1, 0, 1})
        EXPECT_TRUE(holds_days(hold, (kNoon + days * kDay) * kNano, (kNoon + days * kDay) * kNano));
    for (const std::int64_t days : {-2, 2})
        EXPECT_FALSE(holds_days(hold, (kNoon + days * kDay) * kNano, (kNoon + days * kDay) * kNano));
    // It lies within a day, and a clock that was set has put the last record before the first.
    EXPECT_TRUE(holds_days(hold, (kNoon - 9 * kDay) * kNano, (kNoon + 9 * kDay) * kNano));
    EXPECT_TRUE(holds_days(hold, (kNoon + 9 * kDay) * kNano, (kNoon - 9 * kDay) * kNano));
}

TEST(Holds, ARecordingMustFitAllThatIsGiven) {
    Hold hold;
    hold.user = "sakura";
    hold.session = 7;
    hold.since = kNoon;
    hold.until = kNoon + 60;
    EXPECT_TRUE(holds_recording(hold, recording("sakura", 7, kNoon, 10)));
    EXPECT_FALSE(holds_recording(hold, recording("jun", 7, kNoon, 10)));
    EXPECT_FALSE(holds_recording(hold, recording("sakura", 8, kNoon, 10)));
    EXPECT_FALSE(holds_recording(hold, recording("sakura", 7, kNoon - 3 * kDay, 10)));
    // One that began days before and still ran.
    EXPECT_TRUE(holds_recording(hold, recording("sakura", 7, kNoon - 3 * kDay, 3 * kDay)));
    EXPECT_FALSE(holds_recording(hold, recording("sakura", 7, kNoon + 3 * kDay, 10)));
    hold.until.reset();
    EXPECT_TRUE(holds_recording(hold, recording("sakura", 7, kNoon + 3 * kDay, 10)));
    hold.since.reset();
    EXPECT_TRUE(holds_recording(hold, recording("sakura", 7, 0, 10)));
}

// What is stored comes back as it was, nothing as nothing; one name stands once.
TEST(Holds, AreKept) {
    const std::string path = testing::TempDir() + "holds.db";
    std::filesystem::remove(path);
    {
        auto store = store::Store::open(path);
        ASSERT_TRUE(store);
        Hold narrow{0, "case", "why", "sakura", 7, 100, 200, 40001, 50};
        Hold everything{0, "all", "why", {}, {}, {}, {}, 40001, 51};
        ASSERT_TRUE((*store)->add_hold(narrow));
        ASSERT_TRUE((*store)->add_hold(everything));
        EXPECT_EQ((*store)->add_hold(narrow).error().code, Errc::kState);
    }
    auto store = store::Store::open(path);
    ASSERT_TRUE(store);
    auto holds = (*store)->holds();
    ASSERT_TRUE(holds);
    ASSERT_EQ(holds->size(), 2U);
    const Hold &narrow = holds->at(0), &everything = holds->at(1);
    EXPECT_EQ(narrow.user, "sakura");
    EXPECT_EQ(narrow.session, 7U);
    EXPECT_EQ(narrow.since, 100);
    EXPECT_EQ(narrow.until, 200);
    EXPECT_EQ(narrow.set_at, 50);
    EXPECT_FALSE(everything.user || everything.session || everything.since || everything.until);
    ASSERT_TRUE((*store)->ask_hold_end(narrow.id, 40002));
    EXPECT_EQ((*store)->holds()->at(0).end_asker, 40002U);
    ASSERT_TRUE((*store)->end_hold(narrow.id, 40003));
    EXPECT_EQ((*store)->end_hold(narrow.id, 40003).error().code, Errc::kNotFound);
    ASSERT_EQ((*store)->holds()->size(), 1U);
    EXPECT_TRUE((*store)->add_hold(narrow));  // the name is free again
    std::filesystem::remove(path);
}

}  // namespace
}  // namespace sudare::retention

// SPDX-License-Identifier: Apache-2.0
#include "server/broker/evidence/asked.h"

#include <gtest/gtest.h>

namespace sudare::search {
namespace {

using Arguments = std::vector<std::string>;

TEST(Asked, TakesAllConditions) {
    const auto asked = asked_for(
        {"use",     "csv",   "user", "sakura", "terminal", "t1",    "session",
         "7",       "host",  "*.jp", "kind",   "download", "event", "refusal,login_refused",
         "address", "::1",   "text", "x",      "from",     "1",     "until",
         "2",       "first", "3",    "last",   "4",        "full",  "1",
         "reason",  "why"});
    ASSERT_TRUE(asked) << asked.error().english;
    EXPECT_EQ(asked->query.criteria.size(), 8U);
    EXPECT_EQ(asked->query.from, 1'000'000'000);
    EXPECT_EQ(asked->query.until, 2'000'000'000);
    EXPECT_EQ(asked->query.first, 3U);
    EXPECT_EQ(asked->last, 4U);
    EXPECT_TRUE(asked->full);
    EXPECT_EQ(asked->reason, "why");
    EXPECT_EQ(asked->filter.find("reason"), std::string::npos);
}

TEST(Asked, TheRecordOfItCannotNameAConditionThatWasNotGiven) {
    EXPECT_EQ(asked_for({"user", "a", "kind", "x user=b"})->filter, "user=a kind=\"x user=b\"");
    EXPECT_EQ(asked_for({"kind", "x\" user=b"})->filter, "kind=\"x\\x22 user=b\"");
}

TEST(Asked, RefusesWithWhatIsWrong) {
    const std::vector<std::pair<Arguments, std::string>> cases{
        {{"user"}, "pairs"},
        {{"user", "a", "user", "b"}, "twice"},
        {{"user", ""}, "1 to 1024"},
        {{"text", std::string(1025, 'x')}, "1 to 1024"},
        {{"no_such", "1"}, "not known"},
        {{"event", "refusal,"}, "no event"},
        {{"event", "no_such"}, "no event"},
        {{"session", "-1"}, "number"},
        {{"session", "18446744073709551616"}, "number"},
        {{"from", "8589934593"}, "number"},
        {{"last", "0"}, "10000"},
        {{"last", "10001"}, "10000"},
        {{"address", "1.2.3"}, "no IP"},
    };
    for (const auto& [arguments, said] : cases) {
        const auto asked = asked_for(arguments);
        ASSERT_FALSE(asked) << arguments[0];
        EXPECT_EQ(asked.error().code, Errc::kBadInput);
        EXPECT_NE(asked.error().english.find(said), std::string::npos) << asked.error().english;
        EXPECT_FALSE(asked.error().japanese.empty());
    }
}

}  // namespace
}  // namespace sudare::search

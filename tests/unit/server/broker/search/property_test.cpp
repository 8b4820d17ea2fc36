// SPDX-License-Identifier: Apache-2.0
// What a search finds through the index is what it finds without it: random logs, random questions.
#include <gtest/gtest.h>

#include "tests/unit/server/broker/search/made_log.h"

namespace sudare::search {
namespace {

using audit::Event;
using audit::EventType;
using audit::Field;
using Random = std::mt19937_64;

std::uint64_t below(Random& random, std::uint64_t limit) { return random() % limit; }

std::string name_of(Random& random) {
    static const std::vector<std::string> kNames{
        "sakura", "Sakura", "田中", "a", "", "sak", "line\nbreak", "\xe2\x80\xae" "bidi", "=1+1", "sakura.tanaka"};
    return kNames[below(random, kNames.size())];
}

std::string host_of(Random& random) {
    static const std::vector<std::string> kHosts{"example.jp", "www.example.jp", "notexample.jp",
                                                 "a.b.example.jp", "*", "jp"};
    return kHosts[below(random, kHosts.size())];
}

Event event_of(Random& random) {
    Event event{static_cast<EventType>(below(random, 2) == 0 ? 33 : 64 + below(random, 3)), {}};
    if (below(random, 2) == 0)
        event.text(Field::kUser, name_of(random));
    if (below(random, 3) == 0)
        event.text(Field::kTerminal, name_of(random));
    if (below(random, 5) == 0)
        event.text(Field::kFormerTerminal, name_of(random));
    if (below(random, 2) == 0)
        event.text(Field::kHost, host_of(random));
    if (below(random, 2) == 0)
        event.number(Field::kSession, below(random, 40));
    if (below(random, 4) == 0)
        event.text(Field::kCause, "cause " + std::to_string(below(random, 1000)));
    if (below(random, 4) == 0)
        event.bytes(Field::kAddress, std::array<std::uint8_t, 16>{1, 2, 3});
    event.number(Field::kNumber, below(random, 40));
    return event;
}

Query query_of(Random& random, const LogEnd& end) {
    Query query;
    if (below(random, 2) == 0)
        query.user(name_of(random));
    if (below(random, 4) == 0)
        query.terminal(name_of(random));
    if (below(random, 4) == 0)
        query.session(below(random, 40));
    if (below(random, 4) == 0)
        query.host((below(random, 2) == 0 ? "*." : "") + host_of(random));
    if (below(random, 4) == 0)
        query.events({33, static_cast<std::uint16_t>(64 + below(random, 3))});
    if (below(random, 4) == 0)
        query.text(below(random, 2) == 0 ? "CAUSE 1" : name_of(random));
    if (below(random, 6) == 0)
        query.address({1, 2, 3});
    if (below(random, 3) == 0)
        query.from = static_cast<std::int64_t>(below(random, end.records)) * 10;
    if (below(random, 3) == 0)
        query.until = static_cast<std::int64_t>(below(random, end.records)) * 10;
    if (below(random, 6) == 0)
        query.first = below(random, end.records);
    return query;
}

TEST(SearchProperty, IndexAndFullScanAgree) {
    std::uint64_t hits = 0, questions = 0, deleted = 0;
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
        Random random(seed);
        Folder folder;
        MadeLog made(folder.log());
        const std::uint64_t records = 20'000 + below(random, 40'000);
        for (std::uint64_t i = 0; i < records; ++i) {
            if (below(random, 9000) == 0)
                made.next_file();
            made.add(event_of(random), static_cast<std::int64_t>(i * 10));
        }
        made.flush();
        // By rule: of some logs the beginning, and every third file.
        const std::size_t files = LogFiles::open(folder.log())->files().size();
        for (std::size_t i = 0; i + 1 < files; ++i)
            if (seed != 1 && (i < seed - 2 || i % 3 == 2)) {
                made.delete_file(i);
                ++deleted;
            }
        const auto log = LogFiles::open(folder.log());
        ASSERT_TRUE(log);
        auto index = Index::open(folder.index());
        ASSERT_TRUE(index);
        const auto followed = index->follow(*log, made.end, 1000);
        ASSERT_TRUE(followed) << followed.error().message;
        ASSERT_GT(index->records(), 0U);
        for (int i = 0; i < 60; ++i, ++questions) {
            const Query query = query_of(random, made.end);
            const std::uint64_t last = below(random, 4) == 0 ? 1 + below(random, 50) : 0;
            const auto fast = all_hits({query, made.end, false, last}, *log, &*index);
            const auto slow = all_hits({query, made.end, true, last}, *log, nullptr);
            ASSERT_TRUE(fast && slow);
            EXPECT_EQ(*fast, *slow) << "seed " << seed << ", question " << i;
            hits += fast->size();
        }
        EXPECT_EQ(index->take_fault(), "");
    }
    EXPECT_GT(deleted, 2U);  // control
    EXPECT_GT(hits, questions * 10);  // control: they were about something
}

}  // namespace
}  // namespace sudare::search

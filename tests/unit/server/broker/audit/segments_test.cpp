// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "protocol/evidence/merkle.h"
#include "server/broker/audit/deletion.h"
#include "server/signer/signer.h"
#include "server/verify/bundle.h"
#include "server/verify/check.h"
#include "tests/unit/server/broker/audit/estate.h"

namespace sudare::audit {
namespace {

using verify::Fault;
using verify::Verdict;
using Names = std::vector<std::string>;

// The estate's log as its signer and its verifier see it.
class Segments : public ::testing::Test {
protected:
    Segments() : key(*signer::Signer::make(estate.root + "/signer", "test/log")) {}

    // Signs all that is there, over segments and over what stands for deleted ones.
    void sign() {
        auto own = signer::Signer::open(estate.root + "/signer");
        ASSERT_TRUE(own);
        const auto list = evidence::open_segments(estate.audit);
        evidence::CompactRange old, grown(signed_size);
        evidence::LogWalk walk(list->segments);
        const auto tree = [&](std::uint64_t index) -> evidence::CompactRange& {
            return index < signed_size ? old : grown;
        };
        const auto end = walk.run(
            [&](const evidence::Visited& record) {
                tree(record.view.index).append(record.leaf);
                return true;
            },
            [&](const evidence::DeletedSegment& gone) {
                tree(gone.range.begin()).append(gone.range);
                return true;
            });
        ASSERT_TRUE(end && *end == evidence::ScanEnd::kEnd);
        evidence::CompactRange whole = old;
        whole.append(grown);
        const auto note = own->sign(
            {old.end(), whole.end(), whole.root(), evidence::consistency_proof(old, grown)});
        ASSERT_TRUE(std::holds_alternative<std::string>(note));
        estate.put(estate.audit + "/checkpoint", std::get<std::string>(note));
        signed_size = whole.end();
    }

    verify::Report check() {
        const auto source = verify::open_log(estate.audit);
        EXPECT_TRUE(source);
        const std::vector<evidence::VerifierKey> keys{key};
        return *verify::check_log(*source, keys);
    }

    bool finds(Fault fault) {
        const auto report = check();
        return std::ranges::any_of(report.findings,
                                   [&](const auto& found) { return found.fault == fault; });
    }

    evidence::DeletedSegment summary(std::size_t number) {
        const auto list = evidence::open_segments(estate.audit);
        auto out = summarize(list->segments.at(number));
        EXPECT_TRUE(out);
        return *out;
    }

    // As a rule does it; or as one that forgets the deletions before.
    void delete_segment(std::size_t number, bool repeats = true) {
        const auto gone = summary(number);
        {
            const auto list = evidence::open_segments(estate.audit);
            const auto again = repeated(list->segments.at(number));
            ASSERT_TRUE(again);
            auto log = estate.open();
            ASSERT_TRUE(log);
            for (const Event& event : *again)
                if (repeats)
                    ASSERT_TRUE((*log)->append(event));
            ASSERT_TRUE((*log)->append_durable(deletion_record(gone, "log 30 days")));
        }
        ASSERT_TRUE(replace_by(estate.audit, gone));
    }

    Estate estate;
    evidence::VerifierKey key;
    std::uint64_t signed_size = 0;
};

TEST_F(Segments, EachDayHasItsOwnAndAClosedOneIsNeverWrittenAgain) {
    estate.write(1, 3);
    const std::string first = estate.bytes(estate.file(0));
    estate.write(2, 2);
    estate.write(2, 1);  // the same day again, with a clock_back
    estate.write(4, 1);
    EXPECT_EQ(estate.names(), (Names{evidence::segment_name(0), evidence::segment_name(3),
                                     evidence::segment_name(7)}));
    EXPECT_EQ(estate.bytes(estate.file(0)), first);
    EXPECT_EQ(estate.mode(estate.file(0)), 0400U);
    EXPECT_EQ(estate.mode(estate.file(3)), 0400U);
    EXPECT_EQ(estate.mode(estate.file(7)), 0600U);
    sign();
    const auto report = check();
    EXPECT_EQ(verdict_of(report), Verdict::kProven);
    EXPECT_EQ(report.records, 8U);
    EXPECT_EQ(report.segments, 3U);
}

TEST_F(Segments, ALogOfOneFileIsTakenOverWithoutLoss) {
    estate.write(1, 3, false);  // as older versions wrote it, over several days
    estate.write(2, 2, false);
    ASSERT_EQ(estate.names(), Names{evidence::segment_name(0)});
    sign();
    const std::string before = estate.bytes(estate.file(0));
    estate.write(3, 2);
    EXPECT_EQ(estate.names(),
              (Names{evidence::segment_name(0), evidence::segment_name(5), "checkpoint"}));
    EXPECT_EQ(estate.bytes(estate.file(0)), before);
    const auto old = check();
    EXPECT_EQ(verdict_of(old), Verdict::kProven);  // what was signed before still is
    EXPECT_EQ(old.proven->size, 5U);
    sign();
    EXPECT_EQ(check().proven->size, 7U);
}

TEST_F(Segments, AnEmptySegmentThatACrashLeftIsGoneOnWith) {
    estate.write(1, 3);
    estate.put(estate.file(3), "");
    estate.write(2, 2);
    EXPECT_EQ(estate.names(), (Names{evidence::segment_name(0), evidence::segment_name(3)}));
    EXPECT_EQ(check().records, 5U);
}

TEST_F(Segments, ATornTailIsOneOnlyInTheNewest) {
    estate.write(1, 3);
    estate.write(2, 2);
    const std::string newest = estate.bytes(estate.file(3)), closed = estate.bytes(estate.file(0));
    estate.put(estate.file(3), newest + std::string(9, 'x'));
    {
        auto log = estate.open();
        ASSERT_TRUE(log) << log.error().message;
        EXPECT_EQ((*log)->recovery().size, 9U);
        EXPECT_EQ(estate.bytes((*log)->recovery().file), std::string(9, 'x'));
    }
    EXPECT_EQ(estate.bytes(estate.file(3)), newest);
    estate.put(estate.file(0), closed + std::string(9, 'x'));
    EXPECT_FALSE(estate.open());
    EXPECT_TRUE(finds(Fault::kDamaged));
    EXPECT_EQ(estate.bytes(estate.file(0)).size(), closed.size() + 9);  // evidence stays as it is
}

TEST_F(Segments, OneThatIsMissingIsFoundWhereverItStood) {
    for (std::uint64_t gone : {0U, 3U, 5U}) {
        Estate other;
        other.write(1, 3);
        other.write(2, 2);
        other.write(3, 2);
        ASSERT_TRUE(other.open());  // control
        std::filesystem::remove(other.file(gone));
        const auto log = other.open();
        ASSERT_FALSE(log) << gone;
        EXPECT_EQ(log.error().code, Errc::kBadInput);
    }
}

TEST_F(Segments, WhatARuleDeletedLeavesTheRestProven) {
    for (int day = 1; day <= 5; ++day)
        estate.write(day, static_cast<unsigned>(day * 3));
    sign();
    const auto whole = check();
    delete_segment(1);
    delete_segment(0);
    const auto report = check();
    EXPECT_EQ(verdict_of(report), Verdict::kProven);
    EXPECT_EQ(report.proven->root, whole.proven->root);  // the very checkpoint from before
    ASSERT_EQ(report.deleted.size(), 2U);
    EXPECT_EQ(report.deleted_records, 9U);
    EXPECT_EQ(report.deleted[1].rule, "log 30 days");
    estate.write(6, 1);  // the writer starts on it, and goes on
    sign();
    EXPECT_EQ(check().proven->size, whole.proven->size + 3);
}

TEST_F(Segments, RecordsBehindADeletedSegmentCanStillBeHandedOut) {
    estate.write(1, 5);
    estate.write(2, 6);
    estate.write(3, 2);
    delete_segment(1);
    sign();
    const std::vector<evidence::VerifierKey> keys{key};
    const auto source = verify::open_log(estate.audit);
    const auto text = verify::extract(*source, {2, 4, 12}, keys);
    ASSERT_TRUE(text) << text.error().message;
    const auto bundle = verify::check_bundle(*text, keys);
    EXPECT_EQ(verdict_of(*bundle), Verdict::kProven);
    EXPECT_EQ(bundle->records.size(), 3U);
    const auto gone = verify::extract(*source, {2, 7}, keys);
    ASSERT_FALSE(gone);
    EXPECT_NE(gone.error().message.find("record 7 was deleted by rule"), std::string::npos);
}

// What a rule deleted between a session's records may have held more of it, and that is told; not what
// lies before its beginning or behind its end.
TEST_F(Segments, WhatMayBeMissingOfASessionIsTold) {
    const auto write = [&](std::int64_t day, EventType type) {
        estate.now = day * 100;
        auto log = estate.open();
        ASSERT_TRUE(log);
        ASSERT_TRUE((*log)->append_durable(Event{type, {}}.number(Field::kSession, 7)));
    };
    estate.write(1, 2);
    write(2, EventType::kSessionGranted);
    write(3, EventType::kCounters);
    write(4, EventType::kSessionEnded);
    estate.write(5, 2);
    estate.write(6, 2);
    for (const std::size_t segment : {0U, 2U, 4U})
        delete_segment(segment);
    sign();
    const std::vector<evidence::VerifierKey> keys{key};
    const auto source = verify::open_log(estate.audit);
    auto found = verify::records_of_session(*source, 7, keys);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->indices, (std::vector<std::uint64_t>{2, 4}));
    ASSERT_EQ(found->gone.size(), 1U);
    EXPECT_EQ(found->gone[0].range.begin(), 3U);
    found = verify::records_of_session(*source, 8, keys);
    ASSERT_FALSE(found);
    EXPECT_NE(found.error().message.find("a rule deleted"), std::string::npos);
}

TEST_F(Segments, ADeletionWithoutItsRecordIsNoDeletion) {
    estate.write(1, 3);
    estate.write(2, 2);
    sign();
    ASSERT_TRUE(replace_by(estate.audit, summary(0)));
    EXPECT_TRUE(finds(Fault::kDeletedUnrecorded));
    EXPECT_FALSE(estate.open());
}

// The record of a deletion stands in a segment that is itself deleted one day.
TEST_F(Segments, ADeletionOutlivesTheSegmentThatHoldsItsRecord) {
    estate.write(1, 3);
    estate.write(2, 3);
    estate.write(3, 3);
    estate.now = 400;
    delete_segment(0);  // its record is in the segment of day 4
    estate.write(5, 3);
    estate.now = 600;
    delete_segment(1);
    delete_segment(3);
    estate.write(7, 3);
    sign();
    ASSERT_EQ(estate.names().at(3), evidence::deleted_name(9));
    EXPECT_EQ(verdict_of(check()), Verdict::kProven);
    EXPECT_EQ(check().deleted.size(), 3U);
    EXPECT_EQ(check().deleted[0].rule, "log 30 days");
    // Once more, and the records of records: day 6 holds three of them.
    estate.now = 800;
    delete_segment(5);
    estate.write(9, 1);
    sign();
    EXPECT_EQ(verdict_of(check()), Verdict::kProven);
    EXPECT_EQ(check().deleted.size(), 4U);
    EXPECT_TRUE(estate.open());
}

TEST_F(Segments, ControlADeletionWhoseRecordWasDeletedIsUnrecorded) {
    estate.write(1, 3);
    estate.write(2, 3);
    estate.now = 400;
    delete_segment(0);
    estate.write(5, 3);
    delete_segment(2, false);
    sign();
    EXPECT_TRUE(finds(Fault::kDeletedUnrecorded));
    EXPECT_FALSE(estate.open());
}

TEST_F(Segments, NoByteOfWhatStandsForADeletedOneCanBeChanged) {
    estate.write(1, 7);
    estate.write(2, 2);
    delete_segment(0);
    sign();
    ASSERT_EQ(verdict_of(check()), Verdict::kProven);
    const std::string path = estate.audit + "/" + evidence::deleted_name(0);
    const std::string text = estate.bytes(path);
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string changed = text;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        estate.put(path, changed);
        EXPECT_EQ(verdict_of(check()), Verdict::kChanged) << i;
    }
    EXPECT_FALSE(estate.open());
    estate.put(path, text);
    EXPECT_TRUE(estate.open());
}

TEST_F(Segments, ADeletionThatACrashCutInTwoIsFinishedByTheNextStart) {
    estate.write(1, 3);
    estate.write(2, 2);
    const std::string bytes = estate.bytes(estate.file(0));
    delete_segment(0);
    estate.put(estate.file(0), bytes);  // as after step 2
    EXPECT_EQ(check().deleted_records, 0U);
    ASSERT_TRUE(estate.open());
    EXPECT_FALSE(std::filesystem::exists(estate.file(0)));
    EXPECT_TRUE(check().findings.empty());
}

TEST_F(Segments, PeopleReadOverAllOfThemAndSeeWhatIsGone) {
    estate.write(1, 3);
    estate.write(2, 2);
    estate.write(3, 2);
    delete_segment(1);
    auto log = estate.open();
    std::vector<std::uint64_t> seen, gone, damages;
    const Visitor visitor{[&](const Record& record) {
                              seen.push_back(record.index);
                              return record.index != 1;  // once in the middle
                          },
                          [&](const Damage& damage) { damages.push_back(damage.index); },
                          [&](const auto& one) { gone.push_back(one.range.begin()); }};
    const LogReader reader(estate.audit);
    const auto first = reader.read_around_damage({}, (*log)->durable(), visitor);
    EXPECT_EQ(seen, (std::vector<std::uint64_t>{0, 1}));
    ASSERT_TRUE(reader.read_around_damage(*first, (*log)->durable(), visitor));
    EXPECT_EQ(seen, (std::vector<std::uint64_t>{0, 1, 2, 5, 6, 7}));
    EXPECT_EQ(gone, std::vector<std::uint64_t>{3});
    EXPECT_TRUE(damages.empty());
    std::filesystem::remove(estate.file(0));
    ASSERT_TRUE(reader.read_around_damage({}, (*log)->durable(), visitor));
    EXPECT_FALSE(damages.empty());
}

}  // namespace
}  // namespace sudare::audit

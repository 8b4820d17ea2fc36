// SPDX-License-Identifier: Apache-2.0
// The events beside a recording: records as the broker writes them, in a tree that a real key has
// signed.
#include "client/core/replay_events.h"

#include <gtest/gtest.h>

#include "protocol/evidence/merkle.h"
#include "protocol/evidence/proof_file.h"
#include "server/broker/audit/record.h"

namespace sudare::client {
namespace {

using audit::Event;
using audit::EventType;
using audit::Field;
using Kind = ReplayEvent::Kind;

constexpr quint64 kSession = 7, kStartMs = 1'700'000'000'000;
constexpr quint32 kDurationMs = 100'000;

class ReplayEventsTest : public ::testing::Test {
protected:
    void SetUp() override {
        key_.emplace(std::move(*evidence::SigningKey::generate()));
        keys_.push_back(*key_->verifier("test/audit"));
    }
    void add(std::int64_t after_ms, const Event& event) {
        audit::Record record;
        record.index = records_.size();
        record.time = (static_cast<std::int64_t>(kStartMs) + after_ms) * 1'000'000;
        record.event = event;
        records_.push_back(*audit::encode(record));
    }
    static Event of_session(EventType type, quint64 session = kSession) {
        return Event{type, {}}.number(Field::kSession, session);
    }
    static Event destination(const std::string& host, const std::string& verdict) {
        return of_session(EventType::kDestination)
            .text(Field::kHost, host)
            .number(Field::kHostPort, 443)
            .text(Field::kVerdict, verdict);
    }
    std::vector<evidence::RecordProof> proofs() {
        std::vector<std::uint64_t> all(records_.size());
        std::size_t next = 0;
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i] = i;
        const auto tree = evidence::prove(records_.size(), all, [&]() -> Result<evidence::Hash> {
            return evidence::leaf_hash(records_[next++]);
        });
        const auto note = key_->sign({"test/audit", records_.size(), tree->root});
        std::vector<evidence::RecordProof> out;
        for (std::size_t i = 0; i < all.size(); ++i)
            out.push_back({records_[i], i, tree->proofs[i], *note});
        return out;
    }
    static std::string text_of(const std::vector<evidence::RecordProof>& proofs) {
        std::string text;
        for (const auto& one : proofs)
            text += evidence::write_proof(one);
        return text;
    }
    Result<ReplayEvents> read(const std::vector<evidence::RecordProof>& from) {
        return read_replay_events(text_of(from), keys_, kSession, kStartMs, kDurationMs);
    }
    void add_some() {
        add(-500, of_session(EventType::kSessionStarted));
        add(1000, destination("portal.example", "allowed"));
        add(2000, destination("evil.example", "denied_by_default"));
        add(2500, of_session(EventType::kRecordingSegment).number(Field::kSegment, 0));
        add(3000, of_session(EventType::kDestination, kSession + 1));  // somebody else's
        add(4000, of_session(EventType::kRefusal).text(Field::kKind, "combination"));
        add(5000, of_session(EventType::kInputAlarm).text(Field::kKind, "pasted"));
        add(kDurationMs + 10, of_session(EventType::kSessionEnded));
        add(kDurationMs + 3'600'000, destination("later.example", "allowed"));
    }

    std::optional<evidence::SigningKey> key_;
    std::vector<evidence::VerifierKey> keys_;
    std::vector<std::vector<std::uint8_t>> records_;
};

TEST_F(ReplayEventsTest, OfThisSessionInTimeAndProven) {
    add_some();
    const auto got = read(proofs());
    ASSERT_TRUE(got) << got.error().message;
    std::vector<std::pair<quint32, Kind>> seen;
    for (const ReplayEvent& one : got->events) {
        seen.emplace_back(one.at_ms, one.kind);
        EXPECT_TRUE(one.proven);
    }
    EXPECT_EQ(seen, (std::vector<std::pair<quint32, Kind>>{{0, Kind::kOther},
                                                           {1000, Kind::kDestination},
                                                           {2000, Kind::kRefused},
                                                           {4000, Kind::kRefused},
                                                           {5000, Kind::kAlarm},
                                                           {kDurationMs, Kind::kEnd}}));
    EXPECT_EQ(got->proven, 6U);
    EXPECT_EQ(got->log_records, records_.size());
    EXPECT_EQ(got->key_id.toStdString(), keys_.front().id());
    EXPECT_EQ(got->events[2].host, QStringLiteral("evil.example"));
    EXPECT_EQ(got->events[2].port, 443U);
    EXPECT_EQ(next_event(got->events, Kind::kRefused, 0)->at_ms, 2000U);
    EXPECT_EQ(next_event(got->events, Kind::kRefused, 2000)->at_ms, 4000U);
    EXPECT_EQ(next_event(got->events, Kind::kRefused, 4000), nullptr);
    EXPECT_EQ(previous_event(got->events, Kind::kRefused, 4000)->at_ms, 2000U);
    EXPECT_EQ(previous_event(got->events, Kind::kRefused, 2000), nullptr);
}

TEST_F(ReplayEventsTest, WithoutItsKeyNothingIsProven) {
    add_some();
    keys_.clear();
    auto got = read(proofs());
    ASSERT_TRUE(got);
    EXPECT_EQ(got->events.size(), 6U);
    EXPECT_EQ(got->proven, 0U);
    EXPECT_TRUE(got->key_id.isEmpty());
    auto other = evidence::SigningKey::generate();
    keys_.push_back(*other->verifier("test/audit"));
    got = read(proofs());
    ASSERT_TRUE(got);
    EXPECT_EQ(got->proven, 0U);
}

TEST_F(ReplayEventsTest, ARecordThatComesTwiceIsOne) {
    add_some();
    auto twice = proofs();
    const auto once = twice;
    twice.insert(twice.end(), once.begin(), once.end());
    const auto got = read(twice);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->events.size(), 6U);
    EXPECT_EQ(got->proven, 6U);
}

TEST_F(ReplayEventsTest, AnyChangeOfARecordOrItsProofIsFound) {
    add_some();
    const auto good = proofs();
    ASSERT_TRUE(read(good));  // control
    for (std::size_t at = 0; at < good[2].record.size(); ++at) {
        auto changed = good;
        changed[2].record[at] ^= 1;
        EXPECT_FALSE(read(changed)) << "byte " << at;
    }
    auto changed = good;
    changed[2].proof.front()[0] ^= 1;
    EXPECT_FALSE(read(changed));
    changed = good;
    changed[2].index = 3;
    EXPECT_FALSE(read(changed));
    changed = good;
    std::swap(changed[1].proof, changed[2].proof);
    EXPECT_FALSE(read(changed));
    changed = good;
    changed[2].note.replace(changed[2].note.find("\n9\n"), 3, "\n8\n");  // another size
    EXPECT_FALSE(read(changed));
    EXPECT_FALSE(read_replay_events("no bundle", keys_, kSession, kStartMs, kDurationMs));
}

TEST_F(ReplayEventsTest, WhatUsersControlForgesNoLine) {
    add(10, destination("a\n0:00:01 Session ended", "allowed"));
    add(20, destination("abc\xE2\x80\xAE"
                        "def\x1B[2J\xE2\x80\xA8x",
                        "allowed"));
    add(30, destination("日本語.example", "allowed"));  // control: is left as it is
    const auto got = read(proofs());
    ASSERT_TRUE(got);
    EXPECT_EQ(got->events[0].host, QStringLiteral("a\\u{a}0:00:01 Session ended"));
    EXPECT_EQ(got->events[1].host, QStringLiteral("abc\\u{202e}def\\u{1b}[2J\\u{2028}x"));
    EXPECT_EQ(got->events[2].host, QStringLiteral("日本語.example"));
}

}  // namespace
}  // namespace sudare::client

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "protocol/recording/keys.h"
#include "protocol/recording/opener.h"
#include "protocol/recording/sealer.h"
#include "protocol/wire/messages.h"

namespace sudare::recording {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes frame(std::uint8_t type, std::size_t size, std::uint8_t fill = 0) {
    Bytes out;
    EXPECT_TRUE(append_frame(out, type, Bytes(size, fill)));
    return out;
}

constexpr std::uint8_t kUpdate = 0x44, kMove = 0x05, kKey = 0x04, kText = 0x08;

class Recording : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(initialise());
        mine_ = make_key_pair();
        other_ = make_key_pair();
    }
    Sealer begin() {
        return *Sealer::begin(42, 1'700'000'000'000,
                              std::vector{other_.public_key, mine_.public_key});
    }
    static void append(Bytes& file, const std::optional<Sealer::Segment>& segment) {
        if (segment)
            file.insert(file.end(), segment->bytes.begin(), segment->bytes.end());
    }
    // Three segments: a snapshot, what followed it after ten seconds, another snapshot.
    Bytes three() {
        Sealer sealer = begin();
        Bytes file = sealer.header();
        append(file, sealer.add(5, frame(kUpdate, 100, 1), true).ended);
        append(file, sealer.add(700, frame(kMove, 4, 2), false).ended);
        append(file, sealer.due(9'000));
        append(file, sealer.due(10'100));
        append(file, sealer.add(11'000, frame(kUpdate, 50, 3), false).ended);
        append(file, sealer.add(12'000, frame(kUpdate, 60, 4), true).ended);
        append(file, sealer.finish(12'500));
        return file;
    }
    KeyPair mine_, other_;
};

TEST_F(Recording, ComesBackAsItWas) {
    const Bytes file = three();
    auto opener = Opener::create(file);
    ASSERT_TRUE(opener) << opener.error().message;
    EXPECT_EQ(opener->header().session, 42u);
    EXPECT_EQ(opener->header().start_ms, 1'700'000'000'000u);
    EXPECT_EQ(opener->end(), Opener::End::kOrderly);
    ASSERT_EQ(opener->segments().size(), 3u);
    EXPECT_EQ(opener->segments()[0].head.flags, kFlagSnapshot);
    EXPECT_EQ(opener->segments()[1].head.flags, 0);
    EXPECT_EQ(opener->segments()[2].head.flags, kFlagSnapshot | kFlagLast);
    EXPECT_EQ(opener->segments()[0].head.end_ms, 10'100u);
    for (const KeyPair& reviewer : {mine_, other_}) {
        ASSERT_TRUE(opener->unlock(reviewer.secret_key));
        const auto last = opener->open(2);  // the ratchet is followed from the start
        ASSERT_TRUE(last) << last.error().message;
        ASSERT_EQ(last->entries.size(), 1u);
        EXPECT_EQ(last->entries[0].at_ms, 12'000u);
        const auto first = opener->open(0);
        ASSERT_TRUE(first);
        ASSERT_EQ(first->entries.size(), 2u);
        EXPECT_EQ(first->entries[0].frame.type, kUpdate);
        EXPECT_TRUE(std::ranges::equal(first->entries[0].frame.payload, Bytes(100, 1)));
        EXPECT_EQ(first->entries[1].at_ms, 700u);
        EXPECT_EQ(first->entries[1].frame.type, kMove);
    }
}

TEST_F(Recording, OpensForNobodyElse) {
    const Bytes file = three();
    auto opener = Opener::create(file);
    ASSERT_TRUE(opener);
    EXPECT_EQ(opener->open(0).error().code, Errc::kState);
    const auto stranger = opener->unlock(make_key_pair().secret_key);
    ASSERT_FALSE(stranger);
    EXPECT_EQ(stranger.error().code, Errc::kDenied);
    EXPECT_TRUE(opener->unlock(mine_.secret_key));
}

TEST_F(Recording, EveryChangedByteIsFound) {
    const Bytes file = three();
    for (std::size_t at = 0; at < file.size(); ++at) {
        Bytes changed = file;
        changed[at] ^= 0x20;
        auto opener = Opener::create(changed);
        bool whole = opener && opener->unlock(mine_.secret_key) &&
                     opener->end() == Opener::End::kOrderly && opener->segments().size() == 3;
        for (std::size_t i = 0; whole && i < 3; ++i)
            whole = opener->open(i).has_value();
        EXPECT_FALSE(whole) << "byte " << at;
    }
}

TEST_F(Recording, ATornTailIsFoundAndTheRestIsRead) {
    const Bytes file = three();
    for (std::size_t size = header_size(*read_header(file)); size < file.size(); ++size) {
        auto opener = Opener::create(std::span(file).first(size));
        ASSERT_TRUE(opener);
        ASSERT_TRUE(opener->unlock(mine_.secret_key));
        EXPECT_NE(opener->end(), Opener::End::kOrderly) << size;
        for (std::size_t i = 0; i < opener->segments().size(); ++i)
            EXPECT_TRUE(opener->open(i));
    }
    Bytes longer = file;
    longer.push_back(0);
    EXPECT_EQ(Opener::create(longer)->end(), Opener::End::kTorn);
    EXPECT_EQ(Opener::create(longer)->torn_at(), file.size());
}

TEST_F(Recording, SegmentsCannotChangePlacesOrRecordings) {
    const Bytes file = three(), another = three();
    const auto one = Opener::create(file), two = Opener::create(another);
    ASSERT_TRUE(one && two);
    const std::size_t header = header_size(one->header());
    Bytes mixed(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(header));
    mixed.insert(mixed.end(), another.begin() + static_cast<std::ptrdiff_t>(header), another.end());
    auto opener = Opener::create(mixed);
    ASSERT_TRUE(opener && opener->unlock(mine_.secret_key));
    EXPECT_FALSE(opener->open(0));
}

TEST_F(Recording, KeysAndTextAreNeverTaken) {
    Sealer sealer = begin();
    for (int type = 0; type < 256; ++type) {
        const bool expected = type == 0x05 || type == 0x06 || (type >= 0x43 && type <= 0x47);
        EXPECT_EQ(sealer.add(1, frame(static_cast<std::uint8_t>(type), 4), false).taken, expected)
            << type;
    }
    using wire::MessageType;
    for (const MessageType type :
         {MessageType::kPointerMove, MessageType::kPointerButton, MessageType::kSessionState,
          MessageType::kUpdate, MessageType::kCursorShape, MessageType::kTextField,
          MessageType::kNotice})
        EXPECT_TRUE(is_recorded(static_cast<std::uint8_t>(type)));
    for (const MessageType type :
         {MessageType::kKey, MessageType::kText, MessageType::kLogin, MessageType::kResume})
        EXPECT_FALSE(is_recorded(static_cast<std::uint8_t>(type)));
    static_assert(kKey == static_cast<std::uint8_t>(MessageType::kKey) &&
                  kText == static_cast<std::uint8_t>(MessageType::kText));
}

TEST_F(Recording, ASegmentHoldsTheLargestUpdateAndNoMore) {
    Sealer sealer = begin();
    EXPECT_FALSE(sealer.add(1, frame(kUpdate, limits::kUpdateMax + 1), true).taken);
    Bytes file = sealer.header();
    ASSERT_TRUE(sealer.add(1, frame(kUpdate, limits::kUpdateMax, 7), true).taken);
    const auto second = sealer.add(2, frame(kMove, 4), false);
    ASSERT_TRUE(second.taken && second.ended);
    EXPECT_EQ(second.ended->bytes.size(), kSegmentMax);
    append(file, second.ended);
    append(file, sealer.finish(3));
    auto opener = Opener::create(file);
    ASSERT_TRUE(opener && opener->unlock(mine_.secret_key));
    EXPECT_TRUE(opener->open(0) && opener->open(1));
}

// What a link holds after a segment has ended opens nothing of it.
TEST_F(Recording, TheRatchetDoesNotTurnBack) {
    Key state{};
    state[0] = 1;
    const Key before = state, sealed_by = segment_key(state);
    advance(state);
    EXPECT_NE(state, before);
    EXPECT_NE(segment_key(state), sealed_by);
    EXPECT_NE(state, sealed_by);
    EXPECT_NE(segment_key(state), before);
}

TEST_F(Recording, NeedsReviewersWithUsableKeys) {
    EXPECT_FALSE(Sealer::begin(1, 1, {}));
    const std::vector<PublicKey> nine(9, mine_.public_key), zero(1, PublicKey{});
    EXPECT_FALSE(Sealer::begin(1, 1, nine));
    EXPECT_FALSE(Sealer::begin(1, 1, zero));
    EXPECT_FALSE(public_key_from_hex(to_hex(PublicKey{})));
    EXPECT_FALSE(public_key_from_hex("12"));
    EXPECT_FALSE(public_key_from_hex(to_hex(mine_.public_key) + "0"));
    EXPECT_EQ(*public_key_from_hex(to_hex(mine_.public_key)), mine_.public_key);
}

TEST_F(Recording, AKeyFileNeedsItsPassphrase) {
    const auto text = write_key_file(mine_, "correct horse");
    ASSERT_TRUE(text);
    EXPECT_EQ(text->find(to_hex(mine_.secret_key)), std::string::npos);
    const auto read = read_key_file(*text, "correct horse");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->secret_key, mine_.secret_key);
    EXPECT_EQ(read_key_file(*text, "correct hors").error().code, Errc::kDenied);
    std::string swapped = *text;  // another public key in front of the same secret
    swapped.replace(swapped.find("public ") + 7, 64, to_hex(other_.public_key));
    EXPECT_EQ(read_key_file(swapped, "correct horse").error().code, Errc::kDenied);
    EXPECT_EQ(read_key_file(text->substr(1), "correct horse").error().code, Errc::kBadInput);
    EXPECT_EQ(read_key_file(*text + "x", "correct horse").error().code, Errc::kBadInput);
}

}  // namespace
}  // namespace sudare::recording

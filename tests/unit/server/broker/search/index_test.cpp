// SPDX-License-Identifier: Apache-2.0
// The index against those who change it: it can hide, it cannot invent, and damage is noticed.
#include <gtest/gtest.h>

#include "tests/unit/server/broker/search/made_log.h"

namespace sudare::search {
namespace {

using audit::Event;
using audit::EventType;
using audit::Field;
namespace fs = std::filesystem;

constexpr std::uint64_t kRecords = 3 * kBlockRecords + 100;

class IndexTest : public testing::Test {
protected:
    IndexTest() : made_(folder_.log()) {
        for (std::uint64_t i = 0; i < kRecords; ++i)
            made_.add(Event{EventType::kLoginAccepted, {}}
                          .text(Field::kUser, i % 1000 == 7 ? "sakura" : "other")
                          .number(Field::kSession, i),
                      static_cast<std::int64_t>(i));
        made_.flush();
        query_.user("sakura");
    }
    std::string path() const { return folder_.index() + "/00000000000000000000.log.idx"; }
    LogFiles log() const { return std::move(*LogFiles::open(folder_.log())); }
    Index built() const {
        auto index = Index::open(folder_.index());
        EXPECT_TRUE(index);
        const auto followed = index->follow(log(), made_.end, 100);
        EXPECT_TRUE(followed) << followed.error().message;
        return std::move(*index);
    }
    std::vector<std::uint64_t> wanted() const {
        return *all_hits({query_, made_.end, true, 0}, log(), nullptr);
    }
    void flip(std::uint64_t at) const {
        std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(static_cast<std::streamoff>(at));
        const auto byte = static_cast<char>(file.get() ^ 1);
        file.seekp(static_cast<std::streamoff>(at));
        file.put(byte);
    }
    Folder folder_;
    MadeLog made_;
    Query query_;
};

TEST_F(IndexTest, HoldsTheWholeBlocksAndFindsBehindThem) {
    Index index = built();
    EXPECT_EQ(index.records(), 3 * kBlockRecords);
    const auto hits = all_hits({query_, made_.end, false, 0}, log(), &index);
    ASSERT_TRUE(hits);
    EXPECT_EQ(*hits, wanted());
    EXPECT_EQ(hits->size(), (kRecords + 992) / 1000);
    EXPECT_EQ(index.take_fault(), "");
}

TEST_F(IndexTest, IsKeptOverARestartAndGoesOn) {
    (void)built();
    const auto size = fs::file_size(path());
    for (std::uint64_t i = 0; i < kBlockRecords; ++i)
        made_.add(Event{EventType::kHeartbeat, {}}, static_cast<std::int64_t>(kRecords + i));
    made_.flush();
    Index index = built();
    EXPECT_EQ(index.take_fault(), "");
    EXPECT_EQ(index.records(), 4 * kBlockRecords);
    EXPECT_GT(fs::file_size(path()), size);
}

TEST_F(IndexTest, ACutFileIsNoticedAndMadeAnew) {
    (void)built();
    const auto size = fs::file_size(path());
    for (const std::uint64_t cut : {std::uint64_t{0}, std::uint64_t{5}, size / 2, size - 1}) {
        fs::resize_file(path(), cut);
        Index index = built();
        EXPECT_EQ(index.take_fault(), "cut or changed") << cut;
        EXPECT_EQ(index.records(), 3 * kBlockRecords);
        EXPECT_EQ(*all_hits({query_, made_.end, false, 0}, log(), &index), wanted());
        EXPECT_EQ(fs::file_size(path()), size);
    }
    fs::remove(path());
    EXPECT_EQ(built().records(), 3 * kBlockRecords);
}

TEST_F(IndexTest, AFlippedByteHidesNothing) {
    (void)built();
    const auto size = fs::file_size(path());
    for (std::uint64_t at = 0; at < size; at += size / 97) {
        flip(at);
        Index index = built();
        const bool at_start = !index.take_fault().empty();
        EXPECT_EQ(*all_hits({query_, made_.end, false, 0}, log(), &index), wanted()) << at;
        EXPECT_TRUE(at_start || !index.take_fault().empty()) << at;
        fs::remove(path());
        (void)built();
    }
}

TEST_F(IndexTest, AnIndexOfAnotherLogIsThrownAway) {
    (void)built();
    Folder other;
    MadeLog another(other.log());
    for (std::uint64_t i = 0; i < kRecords; ++i)
        another.add(Event{EventType::kLoginAccepted, {}}.text(Field::kUser, "other"), 0);
    another.flush();
    auto index = Index::open(folder_.index());
    const auto log = LogFiles::open(other.log());
    ASSERT_TRUE(index && log && index->follow(*log, another.end, 100));
    EXPECT_EQ(index->take_fault(), "another log");
    EXPECT_TRUE(all_hits({query_, another.end, false, 0}, *log, &*index)->empty());
}

// An index with right hashes that says that sakura's records are elsewhere.
TEST_F(IndexTest, AForgedIndexCannotInvent) {
    for (const bool wrong_place : {false, true}) {
        fs::remove(path());
        std::vector<std::uint8_t> bytes;
        BlockBuilder builder;
        LogFiles::Place place;
        LogEnd end = made_.end;
        end.records = kBlockRecords;
        const LogFiles files = log();
        ASSERT_TRUE(files.walk(place, end, [&](const auto& record, const RecordPlace& at) {
            const auto frame = record.bytes.size() + evidence::kFrameOverhead;
            const Event lie = Event{EventType::kLoginAccepted, {}}.text(Field::kUser, "sakura");
            const auto forged = *audit::encode({record.view.index, record.view.time, {}, lie});
            const bool here = record.view.index == 3 && !wrong_place;
            builder.add(here ? *evidence::record_view(forged) : record.view,
                        at.offset + (wrong_place && record.view.index == 1007 ? 1 : 0), frame,
                        record.leaf);
            return true;
        }));
        bytes = builder.finish();
        std::ofstream(path(), std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
        auto index = Index::open(folder_.index());
        ASSERT_TRUE(index && index->follow(files, made_.end, 0));
        ASSERT_EQ(index->records(), kBlockRecords);  // control: it was taken for one
        EXPECT_EQ(*all_hits({query_, made_.end, false, 0}, files, &*index), wanted());
        EXPECT_EQ(index->take_fault(), "it does not tell what the log holds");
    }
}

TEST_F(IndexTest, ARecordIsFetchedOnlyWhereTheChainHoldsIt) {
    const LogFiles files = log();
    LogFiles::Place place;
    std::vector<RecordPlace> places;
    ASSERT_TRUE(files.walk(place, made_.end, [&](const auto&, const RecordPlace& at) {
        places.push_back(at);
        return places.size() < 20;
    }));
    EXPECT_TRUE(files.fetch(places[5], 5, made_.end));
    EXPECT_FALSE(files.fetch(places[5], 6, made_.end));
    EXPECT_FALSE(files.fetch({places[5].file, places[5].offset + 1}, 5, made_.end));
    EXPECT_FALSE(files.fetch({"other.log", places[5].offset}, 5, made_.end));
    // A record changed in the log, with a frame that fits: the one behind it does not hold its hash.
    const auto forged = audit::frame(
        *audit::encode({5, 5, {}, Event{EventType::kLoginAccepted, {}}.text(Field::kUser, "other")
                                      .number(Field::kSession, 99)}));
    std::fstream file(made_.path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(places[5].offset));
    file.write(reinterpret_cast<const char*>(forged.data()),
               static_cast<std::streamsize>(forged.size()));
    file.close();
    ASSERT_EQ(places[5].offset + forged.size(), places[6].offset);
    EXPECT_FALSE(log().fetch(places[5], 5, made_.end));
    EXPECT_TRUE(log().fetch(places[6], 6, made_.end));
}

}  // namespace
}  // namespace sudare::search

// SPDX-License-Identifier: Apache-2.0
// An index that somebody wrote by hand, with right hashes, and things that are no index.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/unit/server/broker/search/made_log.h"

namespace sudare::search {
namespace {

using audit::Event;
using audit::EventType;
using audit::Field;
namespace fs = std::filesystem;

constexpr std::uint64_t kRecords = kBlockRecords + 100;
constexpr const char* kLied = "it does not tell what the log holds";

class LiesTest : public testing::Test {
protected:
    LiesTest() : made_(folder_.log()) {
        for (std::uint64_t i = 0; i < kRecords; ++i)
            made_.add(Event{EventType::kLoginAccepted, {}}.text(Field::kUser,
                                                                i % 1000 == 7 ? "sakura" : "other"),
                      static_cast<std::int64_t>(i));
        made_.flush();
        query_.user("sakura");
    }
    std::string path() const { return folder_.index() + "/00000000000000000000.log.idx"; }
    LogFiles log() const { return std::move(*LogFiles::open(folder_.log())); }
    std::vector<std::uint64_t> wanted() const {
        return *all_hits({query_, made_.end, true, 0}, log(), nullptr);
    }
    // An index that says these users at these records.
    Index lying(const std::map<std::uint64_t, std::string>& lies) const {
        BlockBuilder builder;
        LogFiles::Place place;
        LogEnd end = made_.end;
        end.records = kBlockRecords;
        const LogFiles files = log();
        EXPECT_TRUE(files.walk(place, end, [&](const auto& record, const RecordPlace& at) {
            const auto lie = lies.find(record.view.index);
            std::vector<std::uint8_t> said(record.bytes.begin(), record.bytes.end());
            if (lie != lies.end())
                said = *audit::encode(
                    {record.view.index,
                     record.view.time,
                     {},
                     Event{EventType::kLoginAccepted, {}}.text(Field::kUser, lie->second)});
            builder.add(*evidence::record_view(said), at.offset,
                        record.bytes.size() + evidence::kFrameOverhead, record.leaf);
            return true;
        }));
        write(builder.finish());
        return opened();
    }
    void write(const std::vector<std::uint8_t>& bytes) const {
        std::ofstream(path(), std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
    }
    Index opened() const {
        auto index = Index::open(folder_.index());
        EXPECT_TRUE(index && index->follow(log(), made_.end, 0));
        EXPECT_EQ(index->records(), kBlockRecords);  // control: it was taken for one
        return std::move(*index);
    }
    Folder folder_;
    MadeLog made_;
    Query query_;
};

TEST_F(LiesTest, WhatWasHiddenBeforeALieIsNotLostInSilence) {
    Index index = lying({{1007, "other"}, {2500, "sakura"}});
    const auto hits = all_hits({query_, made_.end, false, 0}, log(), &index);
    ASSERT_FALSE(hits);
    EXPECT_EQ(hits.error().code, Errc::kState);
    EXPECT_EQ(index.take_fault(), kLied);
    EXPECT_EQ(*all_hits({query_, made_.end, false, 0}, log(), &index), wanted());
}

TEST_F(LiesTest, NorWithLastWhereNobodySawAny) {
    Index index = lying({{15007, "other"}, {16001, "sakura"}});
    EXPECT_EQ(*all_hits({query_, made_.end, false, 3}, log(), &index),
              (std::vector<std::uint64_t>{14007, 15007, 16007}));
    EXPECT_EQ(index.take_fault(), kLied);
}

// What the decision and the manual say: nobody can see this but --full.
TEST_F(LiesTest, OneThatOnlyHidesIsBelievedAndFullIsTheControl) {
    Index index = lying({{1007, "other"}});
    EXPECT_EQ(all_hits({query_, made_.end, false, 0}, log(), &index)->size(), wanted().size() - 1);
    EXPECT_EQ(*all_hits({query_, made_.end, true, 0}, log(), &index), wanted());
}

TEST_F(LiesTest, ALieAboutTheEndOfABlockIsNotADamagedLog) {
    {
        auto index = Index::open(folder_.index());
        ASSERT_TRUE(index && index->follow(log(), made_.end, 10));
    }
    Index index = opened();
    std::string bytes(kHeadBytes, '\0');
    std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
    file.read(bytes.data(), kHeadBytes);
    // Behind the comparison with the log, a head that names another last hash.
    bytes[8 + 8 + 4 + 4 + 8 + 8 + 8 + 8 + 8] ^= 1;
    const auto own = evidence::sha256(
        std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), kHeadBytes - 32));
    bytes.replace(kHeadBytes - 32, 32, reinterpret_cast<const char*>(own.data()), 32);
    file.seekp(0);
    file.write(bytes.data(), kHeadBytes);
    file.close();
    auto forged = Index::open(folder_.index());
    ASSERT_TRUE(forged);
    ASSERT_EQ(forged->records(), kBlockRecords);
    // Not compared yet: it is not used.
    EXPECT_EQ(forged->find("00000000000000000000.log", 0), nullptr);
    EXPECT_EQ(*all_hits({query_, made_.end, false, 0}, log(), &*forged), wanted());
    ASSERT_TRUE(forged->follow(log(), made_.end, 0));
    EXPECT_EQ(forged->take_fault(), "another log");
    EXPECT_EQ(*all_hits({query_, made_.end, false, 0}, log(), &index), wanted());
}

// Only the newest block is compared with the log. One before it names a wrong last hash, and the
// next cannot be read.
TEST_F(LiesTest, NorIsOneInTheMiddle) {
    for (std::uint64_t i = 0; i < kBlockRecords; ++i)
        made_.add(Event{EventType::kHeartbeat, {}}, static_cast<std::int64_t>(kRecords + i));
    made_.flush();
    std::vector<std::uint8_t> bytes;
    LogFiles::Place place;
    const LogFiles files = log();
    for (int block = 0; block < 2; ++block) {
        BlockBuilder builder;
        LogEnd end = made_.end;
        end.records = place.cursor.index + kBlockRecords;
        ASSERT_TRUE(files.walk(place, end, [&](const auto& record, const RecordPlace& at) {
            evidence::Hash leaf = record.leaf;
            if (record.view.index + 1 == kBlockRecords)
                leaf[0] ^= 1;
            builder.add(record.view, at.offset, record.bytes.size() + evidence::kFrameOverhead,
                        leaf);
            return true;
        }));
        const auto made = builder.finish();
        bytes.insert(bytes.end(), made.begin(), made.end());
    }
    bytes.back() ^= 1;
    write(bytes);
    auto index = Index::open(folder_.index());
    ASSERT_TRUE(index && index->follow(files, made_.end, 0));
    ASSERT_EQ(index->records(), 2 * kBlockRecords);
    const auto hits = all_hits({query_, made_.end, false, 0}, files, &*index);
    ASSERT_TRUE(hits) << hits.error().message;
    EXPECT_EQ(*hits, wanted());
}

TEST_F(LiesTest, APipeAndALinkAreNoIndex) {
    const std::string target = folder_.path + "/target";
    std::ofstream(target) << "kept";
    for (const bool pipe : {true, false}) {
        fs::remove(path());
        if (pipe)
            ASSERT_EQ(::mkfifo(path().c_str(), 0600), 0);
        else
            fs::create_symlink(target, path());
        auto index = Index::open(folder_.index());
        ASSERT_TRUE(index) << pipe;
        EXPECT_EQ(index->take_fault(), "cut or changed");
        ASSERT_TRUE(index->follow(log(), made_.end, 10));
        EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(path())));
        EXPECT_EQ(index->records(), kBlockRecords);
    }
    EXPECT_EQ(fs::file_size(target), 4U);
    fs::remove(path());
    fs::create_directory(path());
    EXPECT_EQ(Index::open(folder_.index()).error().code, Errc::kBadInput);
}

// Names as a session host reports them.
TEST(QueryTest, AHostIsFoundInEachFormOfItsName) {
    Query query, below;
    query.host("WWW.example.jp");
    below.host("*.Example.jp.");
    for (const char* name : {"www.example.jp", "WWW.Example.JP", "www.example.jp."}) {
        const Value value{static_cast<std::uint16_t>(Field::kHost), name};
        EXPECT_TRUE(query.criteria[0].meets(value)) << name;
        EXPECT_TRUE(below.criteria[0].meets(value)) << name;
    }
    EXPECT_FALSE(
        query.criteria[0].meets({static_cast<std::uint16_t>(Field::kHost), "ww.example.jp"}));
}

}  // namespace
}  // namespace sudare::search

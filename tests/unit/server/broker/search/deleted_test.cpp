// SPDX-License-Identifier: Apache-2.0
// A log whose files are deleted by rule: at its beginning, in its middle, and under a search.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/server/broker/search/made_log.h"

namespace sudare::search {
namespace {

using audit::Event;
using audit::EventType;
using audit::Field;
namespace fs = std::filesystem;

constexpr std::uint64_t kFile = kBlockRecords + 1000;
constexpr std::uint64_t kFiles = 5;

class DeletedTest : public testing::Test {
protected:
    DeletedTest() : made_(folder_.log()) {
        for (std::uint64_t i = 0; i < kFile * kFiles; ++i) {
            if (i != 0 && i % kFile == 0)
                made_.next_file();
            made_.add(
                Event{EventType::kLoginAccepted, {}}.text(
                    Field::kUser, i % 10 == 3 ? "sakura" : "secret" + std::to_string(i / kFile)),
                static_cast<std::int64_t>(i));
        }
        made_.flush();
        query_.user("sakura");
    }
    LogFiles log() const { return std::move(*LogFiles::open(folder_.log())); }
    // That are not in these files.
    static std::vector<std::uint64_t> but(std::initializer_list<std::uint64_t> files) {
        std::vector<std::uint64_t> out;
        for (std::uint64_t i = 3; i < kFile * kFiles; i += 10)
            if (std::ranges::find(files, i / kFile) == files.end())
                out.push_back(i);
        return out;
    }
    std::vector<std::uint64_t> found(Index* index) const {
        const auto hits = all_hits({query_, made_.end, index == nullptr, 0}, log(), index);
        EXPECT_TRUE(hits) << hits.error().message;
        return hits ? *hits : std::vector<std::uint64_t>();
    }
    Index built() const {
        auto index = Index::open(folder_.index());
        EXPECT_TRUE(index);
        const auto followed = index->follow(log(), made_.end, 100);
        EXPECT_TRUE(followed) << followed.error().message;
        return std::move(*index);
    }
    bool index_holds(const std::string& text) const {
        for (const auto& entry : fs::directory_iterator(folder_.index())) {
            std::ifstream in(entry.path(), std::ios::binary);
            const std::string bytes{std::istreambuf_iterator<char>(in), {}};
            if (bytes.find(text) != std::string::npos)
                return true;
        }
        return false;
    }
    Folder folder_;
    MadeLog made_;
    Query query_;
};

TEST_F(DeletedTest, AtTheBeginningAndInTheMiddleBeforeThereIsAnIndex) {
    for (const std::size_t gone : {0U, 1U, 3U})
        made_.delete_file(gone);
    Index index = built();
    EXPECT_EQ(found(&index), but({0, 1, 3}));
    EXPECT_EQ(found(nullptr), but({0, 1, 3}));
    EXPECT_EQ(index.records(), kFile + kBlockRecords);
    EXPECT_EQ(index.take_fault(), "");
}

TEST_F(DeletedTest, AfterwardsAndTheIndexForgetsTheValues) {
    Index index = built();
    EXPECT_TRUE(index_holds("secret2"));  // control
    made_.delete_file(2);
    made_.delete_file(0);
    ASSERT_TRUE(index.follow(log(), made_.end, 0));
    EXPECT_FALSE(index_holds("secret2"));
    EXPECT_FALSE(index_holds("secret0"));
    EXPECT_TRUE(index_holds("secret1"));
    EXPECT_EQ(found(&index), but({0, 2}));
    EXPECT_EQ(index.take_fault(), "");
    Index again = built();  // after a restart
    EXPECT_EQ(found(&again), but({0, 2}));
    EXPECT_EQ(again.take_fault(), "");
}

TEST_F(DeletedTest, WhileTheBrokerDidNotRun) {
    (void)built();
    made_.delete_file(1);
    Index index = built();
    EXPECT_FALSE(index_holds("secret1"));
    EXPECT_EQ(found(&index), but({1}));
    EXPECT_EQ(index.take_fault(), "");
}

// The list of files is as old as the slice: the file is gone under it, and the search goes on.
TEST_F(DeletedTest, UnderASearch) {
    for (const bool indexed : {true, false}) {
        Index index = built();
        Index* const used = indexed ? &index : nullptr;
        Search search(query_, made_.end, !indexed, 0);
        std::vector<std::uint64_t> hits;
        const auto take = [&](const LogFiles& files) {
            const auto slice = search.next(files, used);
            EXPECT_TRUE(slice) << slice.error().message;
            for (const auto& record : slice->records)
                hits.push_back(evidence::record_view(record)->index);
            return slice->done;
        };
        const std::uint64_t here = indexed ? 0 : 1;  // where it stands after a slice
        while (hits.empty() || hits.back() < here * kFile)
            ASSERT_FALSE(take(log()));
        ASSERT_LT(hits.back(), (here + 1) * kFile);
        const std::size_t before = hits.size();
        const LogFiles stale = log();
        made_.delete_file(here);
        ASSERT_FALSE(take(stale));
        if (indexed)
            ASSERT_TRUE(index.follow(log(), made_.end, 0));
        while (!take(log()))
            ;
        auto rest = indexed ? but({0}) : but({0, 1});
        hits.erase(hits.begin(), hits.begin() + static_cast<std::ptrdiff_t>(before));
        std::erase_if(hits, [&](std::uint64_t number) { return number / kFile == here; });
        EXPECT_EQ(hits, rest);
    }
}

TEST_F(DeletedTest, TheEndSaysWhatMayHaveHeldHits) {
    made_.delete_file(0);
    made_.delete_file(2);
    const auto said = [&] {
        Search search(query_, made_.end, false, 0);
        for (;;) {
            const auto slice = search.next(log(), nullptr);
            if (slice->done)
                return slice->deleted;
            EXPECT_TRUE(slice->deleted.empty());
        }
    };
    ASSERT_EQ(said().size(), 2U);
    EXPECT_EQ(said()[1].range.begin(), 2 * kFile);
    query_.from = static_cast<std::int64_t>(kFile);
    EXPECT_EQ(said().size(), 1U);
    query_.first = 3 * kFile;
    EXPECT_TRUE(said().empty());
}

// A file that stands for nothing that a rule deleted is damage, for index and search.
TEST_F(DeletedTest, AMalformedRestIsDamage) {
    made_.delete_file(1);
    std::ofstream(folder_.log() + "/" + evidence::deleted_name(kFile), std::ios::trunc)
        << "nothing";
    auto index = Index::open(folder_.index());
    EXPECT_FALSE(index->follow(log(), made_.end, 100));
    const auto hits = all_hits({query_, made_.end, true, 0}, log(), nullptr);
    ASSERT_FALSE(hits);
    EXPECT_EQ(hits.error().code, Errc::kBadInput);
}

}  // namespace
}  // namespace sudare::search

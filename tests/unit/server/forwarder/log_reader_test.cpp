// SPDX-License-Identifier: Apache-2.0
#include "server/forwarder/log_reader.h"

#include "server/broker/audit/deletion.h"
#include "tests/unit/server/broker/audit/estate.h"

namespace sudare::forwarder {
namespace {

class LogReaderTest : public testing::Test {
protected:
    // Three days: 0..4, 5..11, 12..14.
    LogReaderTest() {
        log_.write(1, 5);
        log_.write(2, 7);
        log_.write(3, 3);
    }
    ipc::ForwardDurable end() const { return {log_.anchor.records, log_.anchor.last_hash}; }
    // Reads to the end; the indices, and -first of what was deleted.
    Result<std::vector<int>> read(LogReader& reader, const ipc::ForwardDurable& until,
                                  int at_most = 1000) {
        std::vector<int> seen;
        const auto done =
            reader.read(until, {[&](const evidence::Visited& at) {
                                    seen.push_back(static_cast<int>(at.view.index));
                                    marks_.push_back({at.view.index + 1, at.leaf});
                                    return --at_most > 0;
                                },
                                [&](std::uint64_t first, const Mark& after, std::int64_t) {
                                    seen.push_back(-static_cast<int>(first));
                                    EXPECT_GT(after.records, first);
                                }});
        if (!done)
            return tl::unexpected(done.error());
        return seen;
    }
    static std::vector<int> from(int first, int behind) {
        std::vector<int> out;
        for (; first < behind; ++first)
            out.push_back(first);
        return out;
    }
    void remove(std::uint64_t first) {
        auto list = evidence::open_segments(log_.audit);
        for (const evidence::Segment& one : list->segments)
            if (one.first == first) {
                const auto gone = audit::summarize(one);
                ASSERT_TRUE(gone && audit::replace_by(log_.audit, *gone));
            }
    }

    audit::Estate log_;
    std::vector<Mark> marks_{Mark{}};
};

TEST_F(LogReaderTest, GoesOnFromEveryMark) {
    LogReader reader(log_.audit);
    ASSERT_TRUE(reader.seek({}));
    EXPECT_EQ(read(reader, end()), from(0, 15));
    EXPECT_EQ(read(reader, end()), from(0, 0));
    const std::vector<Mark> marks = marks_;
    ASSERT_EQ(marks.size(), 16U);
    for (const Mark& mark : marks) {
        LogReader other(log_.audit);
        ASSERT_TRUE(other.seek(mark)) << mark.records;
        EXPECT_EQ(other.mark(), mark);
        EXPECT_EQ(read(other, end()), from(static_cast<int>(mark.records), 15)) << mark.records;
    }
}

TEST_F(LogReaderTest, ReadsNoFartherThanIsDurable) {
    LogReader reader(log_.audit);
    ASSERT_TRUE(reader.seek({}));
    EXPECT_EQ(read(reader, end(), 3), from(0, 3));  // enough for now
    const Mark six = [&] {
        LogReader other(log_.audit);
        (void)other.seek({});
        (void)read(other, end());
        return marks_[marks_.size() - 10];
    }();
    ASSERT_EQ(six.records, 6U);
    EXPECT_EQ(read(reader, {six.records, six.last}), from(3, 6));
    std::ofstream(log_.file(12), std::ios::app) << "a torn tail";
    EXPECT_EQ(read(reader, end()), from(6, 15));
    log_.write(4, 2);  // the tail is set aside, and on it goes
    EXPECT_EQ(read(reader, end()), from(15, 17));
}

TEST_F(LogReaderTest, AnotherLogIsRefused) {
    LogReader reader(log_.audit);
    ASSERT_TRUE(reader.seek({}));
    ASSERT_TRUE(read(reader, end()));
    const std::vector<Mark> marks = marks_;
    audit::Estate other;
    other.write(4, 6);  // other times, so other hashes
    other.write(5, 9);
    for (const Mark& mark : marks) {
        LogReader wrong(other.audit);
        const bool found =
            static_cast<bool>(wrong.seek(mark)) &&
            static_cast<bool>(read(wrong, {other.anchor.records, other.anchor.last_hash}));
        EXPECT_EQ(found, mark.records == 0) << mark.records;
    }
    audit::Estate shorter;
    shorter.write(1, 5);
    LogReader cut(shorter.audit);
    EXPECT_FALSE(cut.seek(marks[12]));
    ASSERT_TRUE(cut.seek(marks[5]));  // the same beginning: the control
    EXPECT_EQ(read(cut, {shorter.anchor.records, shorter.anchor.last_hash}), from(0, 0));
    EXPECT_EQ(read(cut, {4, marks[4].last}).error().code, Errc::kBadInput);  // a log put back
    ipc::ForwardDurable lie = end();
    lie.last[0] ^= 1;
    ASSERT_TRUE(reader.seek(marks[3]));
    EXPECT_EQ(read(reader, lie).error().code, Errc::kBadInput);
}

TEST_F(LogReaderTest, WhatWasDeletedIsSaid) {
    LogReader reader(log_.audit);
    ASSERT_TRUE(reader.seek({}));
    ASSERT_TRUE(read(reader, end(), 7));
    const Mark inside{reader.mark()};
    remove(0);
    EXPECT_EQ(read(reader, end(), 1), from(7, 8));  // it had been read
    LogReader fresh(log_.audit);
    ASSERT_TRUE(fresh.seek({}));
    std::vector<int> wanted = from(5, 15);
    wanted.insert(wanted.begin(), 0);
    EXPECT_EQ(read(fresh, end()), wanted);
    remove(5);
    wanted = from(12, 15);
    wanted.insert(wanted.begin(), -8);
    EXPECT_EQ(read(reader, end()), wanted);
    LogReader again(log_.audit);  // the mark lies in what is gone
    ASSERT_TRUE(again.seek(inside));
    wanted.front() = -7;
    EXPECT_EQ(read(again, end()), wanted);
}

TEST_F(LogReaderTest, DamageIsNotForwarded) {
    std::string bytes = audit::Estate::bytes(log_.file(5));
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    audit::Estate::put(log_.file(5), bytes);
    LogReader reader(log_.audit);
    ASSERT_TRUE(reader.seek({}));
    const auto seen = read(reader, end());
    ASSERT_FALSE(seen);
    EXPECT_EQ(seen.error().code, Errc::kBadInput);
    EXPECT_NE(seen.error().message.find("run sudare-verify"), std::string::npos);
}

}  // namespace
}  // namespace sudare::forwarder

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>

#include "server/broker/evidence/index.h"

// One search, a slice at a time, so that a long one holds up neither the others nor the index. What
// it hands over was read from the log and checked against the chain there; the index only says where
// to look. An index that lies is noticed at the first hit that is none, thrown away, and the search
// goes on without it. An index can hide a record, though: `full` does not use it.
namespace sudare::search {

class Search {
public:
    // `last` != 0: only so many of the newest hits. `end`: the log as it was when the search began.
    Search(Query query, LogEnd end, bool full, std::uint64_t last)
        : query_(std::move(query)), end_(end), full_(full), last_(last) {}

    struct Slice {
        std::vector<std::vector<std::uint8_t>> records;  // hits, in order
        bool done = false;
    };
    // Goes on. Errors: kBadInput: the log is not whole; kSystem: it cannot be read.
    Result<Slice> next(const LogFiles& log, Index* index);

    [[nodiscard]] std::uint64_t looked_at() const { return place_.cursor.index; }

private:
    static constexpr std::size_t kHitsPerSlice = 500;
    static constexpr std::size_t kBytesPerSlice = 512U << 10;
    static constexpr std::uint64_t kRecordsPerSlice = 100'000;
    static constexpr unsigned kBlocksPerSlice = 64;

    Result<bool> take_block(const LogFiles& log, Index& index, Slice& slice);
    Result<void> scan(const LogFiles& log, const Index* index, Slice& slice);
    void hit(std::uint64_t number, std::vector<std::uint8_t> record, Slice& slice);
    [[nodiscard]] bool full(const Slice& slice) const;

    Query query_;
    LogEnd end_;
    bool full_;
    std::uint64_t last_;
    LogFiles::Place place_;
    std::uint64_t handed_over_ = 0;  // numbers below were
    std::size_t slice_bytes_ = 0;
    std::deque<std::vector<std::uint8_t>> newest_;  // with `last`
};

}  // namespace sudare::search

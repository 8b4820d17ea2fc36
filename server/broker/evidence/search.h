// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>

#include "server/broker/evidence/index.h"

// One search, a slice at a time, so that a long one holds up neither the others nor the index. What
// it hands over was read from the log and checked against the chain there; the index only says
// where to look. An index that lies is noticed at the first hit that is none, and the search begins
// anew without it; when that shows that a hit was hidden between those that were handed over
// already, it fails. The index is thrown away then. An index that only hides is not noticed: `full`
// does not use it.
namespace sudare::search {

class Search {
public:
    // `last` != 0: only so many of the newest hits. `end`: the log as it was when the search began.
    Search(Query query, LogEnd end, bool full, std::uint64_t last)
        : query_(std::move(query)), end_(end), full_(full), last_(last) {}

    struct Slice {
        std::vector<std::vector<std::uint8_t>> records;  // hits, in order
        std::vector<evidence::DeletedSegment> deleted;   // with `done`: what may have held hits
        bool done = false;
    };
    // Goes on, for some tenths of a second at most. Errors: kBadInput: the log is not whole;
    // kSystem: it cannot be read; kState: the index hid hits, search again; kLimit: `last` hits are
    // too large.
    Result<Slice> next(const LogFiles& log, Index* index);

private:
    // The hits of one block, so that it is read once.
    struct Loaded {
        std::uint64_t first = 0;
        std::vector<std::pair<std::uint64_t, std::uint64_t>> hits;  // number, offset in the file
        std::size_t next = 0;
    };

    Result<void> go_on(const LogFiles& log, Index* index, Slice& slice);
    Result<bool> take_block(const LogFiles& log, Index& index, Slice& slice);
    Result<bool> load(const BlockHead& head, const std::string& file, Index& index);
    Result<bool> scan(const LogFiles& log, const Index* index, Slice& slice);
    void begin_anew();
    Result<void> finish(const LogFiles& log, Index* index, Slice& slice);
    void hit(std::uint64_t number, std::vector<std::uint8_t> record, Slice& slice);
    [[nodiscard]] bool full(const Slice& slice) const;

    Query query_;
    LogEnd end_;
    bool full_;
    std::uint64_t last_;
    LogFiles::Place place_;
    bool from_index_ = false;  // the place, and no record behind it was seen yet
    bool suspected_ = false;   // the index, of a lie
    std::optional<Loaded> loaded_;
    std::uint64_t handed_over_ = 0;               // numbers below were looked at for that
    std::uint64_t given_ = 0;                     // hits that were handed over
    std::uint64_t given_before_ = 0, again_ = 0;  // before it began anew; those met since
    bool hidden_ = false;
    std::size_t slice_bytes_ = 0, cost_ = 0;  // of this slice; cost in bytes that were looked at
    unsigned failures_ = 0;                   // in a row
    std::deque<std::vector<std::uint8_t>> newest_;  // with `last`
    std::size_t newest_bytes_ = 0;
};

}  // namespace sudare::search

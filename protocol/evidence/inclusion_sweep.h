// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "protocol/evidence/merkle.h"

// Inclusion proofs (RFC 9162 section 2.1.3.1) for chosen leaves of a log that is gone through once,
// also over ranges of which only the nodes are left. What is kept grows with the chosen leaves, not
// with the log: the tree between two of them (some hundred bytes), and of the tree behind them every
// 256th.
//
//   sweep.pass(leaf) or sweep.pass(range) or sweep.choose(leaf)   from leaf 0 on
//   sweep.finish().root()                                          compare it
//   sweep.next_proof()                                             for each chosen one, in order
namespace sudare::evidence {

class InclusionSweep {
public:
    void pass(const Hash& leaf) { between_.back().append(leaf); }
    void pass(const CompactRange& range) { between_.back().append(range); }  // begins at end()
    void choose(const Hash& leaf);
    [[nodiscard]] std::uint64_t end() const { return between_.back().end(); }
    [[nodiscard]] std::size_t chosen() const { return leaves_.size(); }

    // All of it as one range from 0; nothing can be added afterwards.
    CompactRange finish();
    // At most chosen() times, after finish().
    std::vector<Hash> next_proof();

private:
    static constexpr std::size_t kBlock = 256;
    void enter_block(std::size_t block);

    std::vector<Hash> leaves_;
    std::vector<CompactRange> between_{CompactRange()};  // before each chosen leaf, and behind all
    std::vector<CompactRange> behind_blocks_;            // behind the last leaf of each block
    std::vector<CompactRange> behind_;                   // behind each leaf of this block
    CompactRange before_;                                // the next leaf to be proven
    std::size_t next_ = 0;
};

}  // namespace sudare::evidence

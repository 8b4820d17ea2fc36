// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "protocol/core/result.h"
#include "protocol/evidence/hash.h"

// The Merkle tree of RFC 9162 section 2.1 over the leaf hashes of a log, without keeping the tree.
//
// A CompactRange holds leaves [begin, end) as the hashes of the largest whole subtrees in it: at
// most 2 * 64 of them, whatever the size. Two neighbours together hold all that a proof about their
// border needs: a consistency proof comes from [0, old) and [old, new), an inclusion proof from [0,
// i), [i, i + 1) and [i + 1, size).
namespace sudare::evidence {

// Sizes above are refused, so that no shift and no sum here can overflow.
inline constexpr std::uint64_t kTreeSizeMax = std::uint64_t{1} << 62;
// Hashes in a proof: RFC 9162 needs at most one per level, a consistency proof one more.
inline constexpr std::size_t kProofHashesMax = 64;

class CompactRange {
public:
    explicit CompactRange(std::uint64_t begin = 0) : begin_(begin), end_(begin) {}
    // As nodes() gave them; nullopt when their number does not fit the range.
    static std::optional<CompactRange> from_nodes(std::uint64_t begin, std::uint64_t end,
                                                  std::vector<Hash> nodes);

    [[nodiscard]] std::uint64_t begin() const { return begin_; }
    [[nodiscard]] std::uint64_t end() const { return end_; }
    [[nodiscard]] const std::vector<Hash>& nodes() const { return nodes_; }  // left to right

    void append(const Hash& leaf);
    // Takes the range that begins where this one ends.
    void append(const CompactRange& next);
    // Of the tree with `end` leaves; only for a range that begins at 0.
    [[nodiscard]] Hash root() const;

private:
    void append_node(const Hash& node, std::uint64_t leaves);

    std::uint64_t begin_;
    std::uint64_t end_;
    std::vector<Hash> nodes_;
};

// RFC 9162 section 2.1.4.1, for old = [0, m) and grown = [m, n) with 0 < m < n; empty for m = 0 and
// for m = n.
std::vector<Hash> consistency_proof(const CompactRange& old, const CompactRange& grown);
// Section 2.1.3.1, for leaf number before.end().
std::vector<Hash> inclusion_proof(const CompactRange& before, const Hash& leaf,
                                  const CompactRange& after);

// Section 2.1.4.2: the tree of `size` leaves begins with that of `old_size`. Sizes may be equal
// (the roots must then be) and old_size may be 0 (old_root must be the empty one); the proof is
// then empty.
bool consistent(std::uint64_t old_size, const Hash& old_root, std::uint64_t size, const Hash& root,
                std::span<const Hash> proof);
// Section 2.1.3.2.
bool included(std::uint64_t index, const Hash& leaf, std::uint64_t size, const Hash& root,
              std::span<const Hash> proof);

// Root and inclusion proofs for chosen leaves in one pass: `next` gives leaf hashes 0, 1, 2...,
// each once; targets rise strictly and are below size. Memory: the proofs. Errors: those of `next`.
struct ProvenTree {
    Hash root{};
    std::vector<std::vector<Hash>> proofs;  // one per target
};
Result<ProvenTree> prove(std::uint64_t size, std::span<const std::uint64_t> targets,
                         const std::function<Result<Hash>()>& next);

}  // namespace sudare::evidence

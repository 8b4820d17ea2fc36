// SPDX-License-Identifier: Apache-2.0
#include "protocol/evidence/merkle.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace sudare::evidence {
namespace {

// Leaves of the first node of [begin, end): as large as its alignment and the rest permit.
std::uint64_t first_node(std::uint64_t begin, std::uint64_t end) {
    const std::uint64_t room = std::bit_floor(end - begin);
    const std::uint64_t alignment = begin & (~begin + 1);
    return begin == 0 ? room : std::min(room, alignment);
}

// The largest power of two below n, for n >= 2: where RFC 9162 splits a tree.
std::uint64_t split(std::uint64_t n) {
    return std::bit_floor(n - 1);
}

// Whole subtrees side by side, from neighbouring ranges.
class Nodes {
public:
    void add(const CompactRange& range) {
        std::uint64_t at = range.begin();
        for (const Hash& node : range.nodes()) {
            nodes_.push_back({at, node});
            at += first_node(at, range.end());
        }
    }

    // Root of the leaves [begin, end), which must be a union of nodes, none of them split: in a
    // proof it always is (merkle.h).
    [[nodiscard]] Hash root(std::uint64_t begin, std::uint64_t end) const {
        const auto first = std::ranges::lower_bound(nodes_, begin, {}, &Node::begin);
        auto last = std::ranges::lower_bound(nodes_, end, {}, &Node::begin);
        assert(first != last && first->begin == begin);
        Hash hash = (--last)->hash;
        while (last != first)
            hash = node_hash((--last)->hash, hash);
        return hash;
    }

private:
    struct Node {
        std::uint64_t begin;
        Hash hash;
    };
    std::vector<Node> nodes_;
};

}  // namespace

std::optional<CompactRange> CompactRange::from_nodes(std::uint64_t begin, std::uint64_t end,
                                                     std::vector<Hash> nodes) {
    if (begin > end || end > kTreeSizeMax)
        return std::nullopt;
    std::size_t count = 0;
    for (std::uint64_t at = begin; at < end; at += first_node(at, end))
        ++count;
    if (nodes.size() != count)
        return std::nullopt;
    CompactRange range(begin);
    range.end_ = end;
    range.nodes_ = std::move(nodes);
    return range;
}

void CompactRange::append(const Hash& leaf) {
    append_node(leaf, 1);
}

// The node lies at end_, aligned to its size. It is merged with the one to its left for as long as
// both are the two halves of a subtree.
void CompactRange::append_node(const Hash& node, std::uint64_t leaves) {
    Hash merged = node;
    std::uint64_t at = end_;
    end_ += leaves;
    while ((at & leaves) != 0 && at - begin_ >= leaves) {
        merged = node_hash(nodes_.back(), merged);
        nodes_.pop_back();
        at -= leaves;
        leaves *= 2;
    }
    nodes_.push_back(merged);
}

void CompactRange::append(const CompactRange& next) {
    assert(next.begin() == end_);
    for (const Hash& node : next.nodes())
        append_node(node, first_node(end_, next.end()));
}

Hash CompactRange::root() const {
    assert(begin_ == 0);
    if (nodes_.empty())
        return empty_root();
    Hash hash = nodes_.back();
    for (std::size_t i = nodes_.size() - 1; i-- > 0;)
        hash = node_hash(nodes_[i], hash);
    return hash;
}

std::vector<Hash> consistency_proof(const CompactRange& old, const CompactRange& grown) {
    const std::uint64_t m = old.end();
    std::uint64_t begin = 0, end = grown.end();
    std::vector<Hash> proof;
    if (m == 0 || m == end)
        return proof;
    Nodes nodes;
    nodes.add(old);
    nodes.add(grown);
    // SUBPROOF, from the root down; the proof has it from the leaf up.
    while (m != end) {
        const std::uint64_t middle = begin + split(end - begin);
        if (m <= middle) {
            proof.push_back(nodes.root(middle, end));
            end = middle;
        } else {
            proof.push_back(nodes.root(begin, middle));
            begin = middle;
        }
    }
    if (begin != 0)
        proof.push_back(nodes.root(begin, end));
    std::ranges::reverse(proof);
    return proof;
}

std::vector<Hash> inclusion_proof(const CompactRange& before, const Hash& leaf,
                                  const CompactRange& after) {
    const std::uint64_t index = before.end();
    CompactRange own(index);
    own.append(leaf);
    Nodes nodes;
    nodes.add(before);
    nodes.add(own);
    nodes.add(after);
    std::vector<Hash> proof;
    for (std::uint64_t begin = 0, end = after.end(); end - begin > 1;) {
        const std::uint64_t middle = begin + split(end - begin);
        if (index < middle) {
            proof.push_back(nodes.root(middle, end));
            end = middle;
        } else {
            proof.push_back(nodes.root(begin, middle));
            begin = middle;
        }
    }
    std::ranges::reverse(proof);
    return proof;
}

// The loops below are those of RFC 9162: fn and sn are the path's and the last leaf's number at the
// level that the next hash belongs to.
bool consistent(std::uint64_t old_size, const Hash& old_root, std::uint64_t size, const Hash& root,
                std::span<const Hash> proof) {
    if (old_size > size || size > kTreeSizeMax)
        return false;
    if (old_size == 0)
        return proof.empty() && old_root == empty_root() && (size != 0 || root == empty_root());
    if (old_size == size)
        return proof.empty() && old_root == root;
    if (proof.empty() || proof.size() > kProofHashesMax)
        return false;
    std::uint64_t fn = old_size - 1, sn = size - 1;
    while ((fn & 1) != 0)
        fn >>= 1, sn >>= 1;
    const bool whole = std::has_single_bit(old_size);  // the old root is then the first node
    Hash fr = whole ? old_root : proof.front();
    Hash sr = fr;
    for (const Hash& hash : proof.subspan(whole ? 0 : 1)) {
        if (sn == 0)
            return false;
        if ((fn & 1) != 0 || fn == sn) {
            fr = node_hash(hash, fr);
            sr = node_hash(hash, sr);
            while ((fn & 1) == 0 && fn != 0)
                fn >>= 1, sn >>= 1;
        } else {
            sr = node_hash(sr, hash);
        }
        fn >>= 1, sn >>= 1;
    }
    return sn == 0 && fr == old_root && sr == root;
}

bool included(std::uint64_t index, const Hash& leaf, std::uint64_t size, const Hash& root,
              std::span<const Hash> proof) {
    if (index >= size || size > kTreeSizeMax || proof.size() > kProofHashesMax)
        return false;
    std::uint64_t fn = index, sn = size - 1;
    Hash hash = leaf;
    for (const Hash& other : proof) {
        if (sn == 0)
            return false;
        if ((fn & 1) != 0 || fn == sn) {
            hash = node_hash(other, hash);
            while ((fn & 1) == 0 && fn != 0)
                fn >>= 1, sn >>= 1;
        } else {
            hash = node_hash(hash, other);
        }
        fn >>= 1, sn >>= 1;
    }
    return sn == 0 && hash == root;
}

namespace {

// MTH and PATH of RFC 9162 at once, down to the leaves in their order.
class Prover {
public:
    Prover(std::span<const std::uint64_t> targets, const std::function<Result<Hash>()>& next)
        : targets_(targets), next_(next), proofs(targets.size()) {}

    Result<Hash> root(std::uint64_t begin, std::uint64_t end) {
        if (end - begin == 1)
            return next_();
        const std::uint64_t middle = begin + split(end - begin);
        SUDARE_TRY(const Hash left, root(begin, middle));
        SUDARE_TRY(const Hash right, root(middle, end));
        note(begin, middle, right);
        note(middle, end, left);
        return node_hash(left, right);
    }

private:
    // Those inside [begin, end) have this sibling.
    void note(std::uint64_t begin, std::uint64_t end, const Hash& sibling) {
        const auto first = std::ranges::lower_bound(targets_, begin);
        const auto last = std::ranges::lower_bound(targets_, end);
        for (auto at = first; at != last; ++at)
            proofs[static_cast<std::size_t>(at - targets_.begin())].push_back(sibling);
    }

    std::span<const std::uint64_t> targets_;
    const std::function<Result<Hash>()>& next_;

public:
    std::vector<std::vector<Hash>> proofs;
};

}  // namespace

Result<ProvenTree> prove(std::uint64_t size, std::span<const std::uint64_t> targets,
                         const std::function<Result<Hash>()>& next) {
    ProvenTree tree;
    if (size == 0) {
        tree.root = empty_root();
        return tree;
    }
    if (size > kTreeSizeMax || (!targets.empty() && targets.back() >= size))
        return fail(Errc::kBadInput, "there is no record " +
                                         std::to_string(targets.empty() ? size : targets.back()) +
                                         " in a log of " + std::to_string(size));
    Prover prover(targets, next);
    SUDARE_TRY(tree.root, prover.root(0, size));
    tree.proofs = std::move(prover.proofs);
    return tree;
}

}  // namespace sudare::evidence

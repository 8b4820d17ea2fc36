// SPDX-License-Identifier: Apache-2.0
#include "protocol/evidence/inclusion_sweep.h"

#include <algorithm>

namespace sudare::evidence {
namespace {

// What stands between, a leaf, and what stands behind it, as one range.
CompactRange joined(const CompactRange& between, const Hash& leaf, const CompactRange& behind) {
    CompactRange out = between;
    out.append(leaf);
    out.append(behind);
    return out;
}

}  // namespace

void InclusionSweep::choose(const Hash& leaf) {
    leaves_.push_back(leaf);
    between_.emplace_back(end() + 1);
}

CompactRange InclusionSweep::finish() {
    behind_blocks_.resize((leaves_.size() + kBlock - 1) / kBlock);
    CompactRange behind = between_.back();
    for (std::size_t i = leaves_.size(); i-- > 0;) {
        if ((i + 1) % kBlock == 0 || i + 1 == leaves_.size())
            behind_blocks_[i / kBlock] = behind;
        behind = joined(between_[i], leaves_[i], behind);
    }
    before_ = between_.front();
    return behind;
}

void InclusionSweep::enter_block(std::size_t block) {
    const std::size_t first = block * kBlock;
    const std::size_t count = std::min(kBlock, leaves_.size() - first);
    behind_.assign(count, CompactRange());
    behind_.back() = behind_blocks_[block];
    for (std::size_t i = count - 1; i-- > 0;)
        behind_[i] = joined(between_[first + i + 1], leaves_[first + i + 1], behind_[i + 1]);
}

std::vector<Hash> InclusionSweep::next_proof() {
    if (next_ % kBlock == 0)
        enter_block(next_ / kBlock);
    const Hash& leaf = leaves_[next_];
    auto proof = inclusion_proof(before_, leaf, behind_[next_ % kBlock]);
    before_.append(leaf);
    before_.append(between_[next_ + 1]);
    ++next_;
    return proof;
}

}  // namespace sudare::evidence

// SPDX-License-Identifier: Apache-2.0
#include "protocol/evidence/inclusion_sweep.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace sudare::evidence {
namespace {

Hash numbered(std::uint64_t i) {
    const std::string text = std::to_string(i);
    return leaf_hash({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

// What is handed over as nodes only, as of a deleted segment; nothing in it is chosen.
struct Gone {
    std::uint64_t begin, end;
};

void check(std::uint64_t size, const std::vector<std::uint64_t>& chosen, Gone gone) {
    InclusionSweep sweep;
    CompactRange whole;
    for (std::uint64_t i = 0; i < size; ++i)
        whole.append(numbered(i));
    for (std::uint64_t i = 0; i < size;) {
        if (i == gone.begin && gone.begin < gone.end) {
            CompactRange range(gone.begin);
            for (; i < gone.end; ++i)
                range.append(numbered(i));
            sweep.pass(range);
        } else if (std::ranges::binary_search(chosen, i)) {
            sweep.choose(numbered(i++));
        } else {
            sweep.pass(numbered(i++));
        }
    }
    ASSERT_EQ(sweep.end(), size);
    ASSERT_EQ(sweep.finish().root(), whole.root());
    for (const std::uint64_t index : chosen) {
        const auto proof = sweep.next_proof();
        EXPECT_TRUE(included(index, numbered(index), size, whole.root(), proof)) << index << " of " << size;
        EXPECT_FALSE(included(index, numbered(index + 1), size, whole.root(), proof));  // control
    }
}

TEST(Sweep, EveryChoiceOfSmallTrees) {
    for (std::uint64_t size = 1; size <= 9; ++size)
        for (std::uint64_t bits = 0; bits < (1U << size); ++bits) {
            std::vector<std::uint64_t> chosen;
            for (std::uint64_t i = 0; i < size; ++i)
                if ((bits >> i & 1U) != 0)
                    chosen.push_back(i);
            check(size, chosen, {0, 0});
        }
}

TEST(Sweep, LargerTreesWithMoreThanABlockAndWithWhatIsGone) {
    std::mt19937_64 random(5);
    for (int round = 0; round < 40; ++round) {
        const std::uint64_t size = 600 + random() % 1500;
        const std::uint64_t begin = random() % size, end = begin + random() % (size - begin);
        std::vector<std::uint64_t> chosen;
        const std::uint64_t step = 1 + random() % 4;
        for (std::uint64_t i = random() % 3; i < size; i += 1 + random() % step)
            if (i < begin || i >= end)
                chosen.push_back(i);
        check(size, chosen, {begin, end});
    }
}

}  // namespace
}  // namespace sudare::evidence

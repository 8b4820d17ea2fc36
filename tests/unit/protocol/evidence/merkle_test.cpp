// SPDX-License-Identifier: Apache-2.0
#include "protocol/evidence/merkle.h"

#include <gtest/gtest.h>

#include <bit>

namespace sudare::evidence {
namespace {

// The definitions of RFC 9162 word for word: slow, and with nothing of the code under test but the
// two hashes (which the known answers below pin).
using Leaves = std::span<const Hash>;

std::size_t split(std::size_t n) {
    return std::bit_floor(n - 1);
}

Hash mth(Leaves d) {
    if (d.empty())
        return empty_root();
    if (d.size() == 1)
        return d[0];
    const std::size_t k = split(d.size());
    return node_hash(mth(d.first(k)), mth(d.subspan(k)));
}

std::vector<Hash> path(std::size_t m, Leaves d) {
    if (d.size() == 1)
        return {};
    const std::size_t k = split(d.size());
    auto out = m < k ? path(m, d.first(k)) : path(m - k, d.subspan(k));
    out.push_back(m < k ? mth(d.subspan(k)) : mth(d.first(k)));
    return out;
}

std::vector<Hash> subproof(std::size_t m, Leaves d, bool known) {
    if (m == d.size())
        return known ? std::vector<Hash>() : std::vector<Hash>{mth(d)};
    const std::size_t k = split(d.size());
    auto out = m <= k ? subproof(m, d.first(k), known) : subproof(m - k, d.subspan(k), false);
    out.push_back(m <= k ? mth(d.subspan(k)) : mth(d.first(k)));
    return out;
}

std::vector<std::uint8_t> bytes(const std::string& text) {
    return {text.begin(), text.end()};
}

std::vector<Hash> numbered(std::size_t count) {
    std::vector<Hash> leaves;
    for (std::size_t i = 0; i < count; ++i)
        leaves.push_back(leaf_hash(bytes(std::to_string(i))));
    return leaves;
}

CompactRange range(Leaves leaves, std::size_t begin, std::size_t end) {
    CompactRange out(begin);
    for (std::size_t i = begin; i < end; ++i)
        out.append(leaves[i]);
    return out;
}

std::vector<Hash> known_leaves() {
    std::vector<Hash> leaves;
    for (const std::vector<std::uint8_t>& record :
         std::vector<std::vector<std::uint8_t>>{{},
                                                {0},
                                                {0x10},
                                                {0x20, 0x21},
                                                {0x30, 0x31},
                                                {0x40, 0x41, 0x42, 0x43},
                                                {0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57},
                                                {0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67,
                                                 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f}})
        leaves.push_back(leaf_hash(record));
    return leaves;
}

// Computed with Python's hashlib from RFC 9162's definitions; the leaves are those that certificate
// transparency's programs have used since RFC 6962.
TEST(Merkle, KnownRoots) {
    const char* roots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                           "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                           "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                           "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                           "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                           "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                           "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                           "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                           "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    const auto leaves = known_leaves();
    for (std::size_t n = 0; n <= leaves.size(); ++n)
        EXPECT_EQ(hex(range(leaves, 0, n).root()), roots[n]) << n;
    EXPECT_EQ(hex(range(numbered(1000), 0, 1000).root()),
              "638afa98022925bacfddadb15ef22fd0199c1ac99c2973b6158243d13fce05c2");
}

TEST(Merkle, KnownProofs) {
    const auto leaves = known_leaves();
    const auto path = inclusion_proof(range(leaves, 0, 5), leaves[5], range(leaves, 6, 7));
    ASSERT_EQ(path.size(), 3U);
    EXPECT_EQ(hex(path[0]), "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b");
    EXPECT_EQ(hex(path[1]), "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f");
    EXPECT_EQ(hex(path[2]), "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
    const auto proof = consistency_proof(range(leaves, 0, 3), range(leaves, 3, 7));
    ASSERT_EQ(proof.size(), 4U);
    EXPECT_EQ(hex(proof[0]), "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7");
    EXPECT_EQ(hex(proof[1]), "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7");
    EXPECT_EQ(hex(proof[2]), "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
    EXPECT_EQ(hex(proof[3]), "837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e");
}

constexpr std::size_t kSizes = 260;  // past 256, where a level begins

TEST(Merkle, RootsAndRangesOfAllSizes) {
    const auto leaves = numbered(kSizes);
    for (std::size_t n = 0; n <= kSizes; ++n) {
        const Hash root = mth(Leaves(leaves).first(n));
        EXPECT_EQ(range(leaves, 0, n).root(), root) << n;
        for (const std::size_t m : {n / 3, n / 2, n - n / 5}) {
            CompactRange whole = range(leaves, 0, m);
            const CompactRange more = range(leaves, m, n);
            whole.append(more);
            EXPECT_EQ(whole.root(), root) << m << " of " << n;
            const auto again = CompactRange::from_nodes(m, n, more.nodes());
            ASSERT_TRUE(again) << m << " of " << n;
            auto fewer = more.nodes();
            fewer.push_back(root);
            EXPECT_FALSE(CompactRange::from_nodes(m, n, fewer)) << m << " of " << n;
        }
    }
}

TEST(Merkle, ConsistencyOfAllPairsOfSizes) {
    const auto leaves = numbered(kSizes);
    for (std::size_t n = 1; n <= kSizes; ++n) {
        const Hash root = mth(Leaves(leaves).first(n));
        for (std::size_t m = 1; m <= n; ++m) {
            const Hash old_root = mth(Leaves(leaves).first(m));
            const auto proof = consistency_proof(range(leaves, 0, m), range(leaves, m, n));
            ASSERT_EQ(proof, subproof(m, Leaves(leaves).first(n), true)) << m << " of " << n;
            ASSERT_TRUE(consistent(m, old_root, n, root, proof)) << m << " of " << n;
            // Another number of records, another root, a proof too long or too short.
            ASSERT_FALSE(consistent(m, root, n, old_root, proof) && m != n);
            ASSERT_FALSE(consistent(m, leaves[0], n, root, proof) && m != 1);
            auto longer = proof;
            longer.push_back(leaves[0]);
            ASSERT_FALSE(consistent(m, old_root, n, root, longer));
            if (!proof.empty())
                ASSERT_FALSE(
                    consistent(m, old_root, n, root, std::span(proof).first(proof.size() - 1)));
        }
    }
}

TEST(Merkle, ConsistencyWithOneWrongHashOrSizeIsRefused) {
    const auto leaves = numbered(70);
    for (std::size_t n = 2; n <= 70; ++n)
        for (std::size_t m = 1; m < n; ++m) {
            const Hash old_root = mth(Leaves(leaves).first(m)), root = mth(Leaves(leaves).first(n));
            auto proof = consistency_proof(range(leaves, 0, m), range(leaves, m, n));
            for (Hash& hash : proof) {
                hash[7] ^= 0x10;
                ASSERT_FALSE(consistent(m, old_root, n, root, proof)) << m << " of " << n;
                hash[7] ^= 0x10;
            }
            // Two sizes may have proofs of one shape; what must hold is that no other tree passes.
            Hash other = root;
            other[31] ^= 1;
            ASSERT_FALSE(consistent(m, old_root, n, other, proof));
            ASSERT_FALSE(consistent(n, root, m, old_root, proof));
        }
}

TEST(Merkle, TheEmptyTree) {
    const auto leaves = numbered(3);
    const Hash root = mth(leaves);
    EXPECT_TRUE(consistent(0, empty_root(), 3, root, {}));
    EXPECT_TRUE(consistent(0, empty_root(), 0, empty_root(), {}));
    EXPECT_FALSE(consistent(0, leaves[0], 3, root, {}));
    EXPECT_FALSE(consistent(0, empty_root(), 0, root, {}));
    EXPECT_FALSE(consistent(0, empty_root(), 3, root, leaves));
    EXPECT_FALSE(included(0, leaves[0], 0, empty_root(), {}));
}

TEST(Merkle, InclusionOfEveryLeafInAllSizes) {
    constexpr std::size_t kMost = 140;
    const auto leaves = numbered(kMost);
    for (std::size_t n = 1; n <= kMost; ++n) {
        const Hash root = mth(Leaves(leaves).first(n));
        std::vector<std::uint64_t> all;
        for (std::size_t i = 0; i < n; ++i)
            all.push_back(i);
        std::size_t at = 0;
        const auto tree = prove(n, all, [&]() -> Result<Hash> { return leaves[at++]; });
        ASSERT_TRUE(tree);
        EXPECT_EQ(tree->root, root);
        EXPECT_EQ(at, n);
        for (std::size_t i = 0; i < n; ++i) {
            auto proof = inclusion_proof(range(leaves, 0, i), leaves[i], range(leaves, i + 1, n));
            ASSERT_EQ(proof, path(i, Leaves(leaves).first(n))) << i << " of " << n;
            ASSERT_EQ(proof, tree->proofs[i]);
            ASSERT_TRUE(included(i, leaves[i], n, root, proof));
            ASSERT_FALSE(included(i, leaves[(i + 1) % n], n, root, proof) && n > 1);
            ASSERT_FALSE(included(i ^ 1, leaves[i], n, root, proof));
            for (Hash& hash : proof) {
                hash[0] ^= 0x80;
                ASSERT_FALSE(included(i, leaves[i], n, root, proof));
                hash[0] ^= 0x80;
            }
        }
    }
}

TEST(Merkle, ProveSaysWhatIsNotThere) {
    const std::vector<std::uint64_t> targets{5};
    EXPECT_FALSE(prove(5, targets, []() -> Result<Hash> { return Hash{}; }));
    EXPECT_FALSE(prove(6, targets, []() -> Result<Hash> { return fail(Errc::kSystem, "gone"); }));
    EXPECT_TRUE(prove(6, targets, []() -> Result<Hash> { return Hash{}; }));  // control
}

TEST(Texts, HaveOneSpelling) {
    for (std::size_t size = 0; size < 70; ++size) {
        std::vector<std::uint8_t> data(size);
        for (std::size_t i = 0; i < size; ++i)
            data[i] = static_cast<std::uint8_t>(251 * i + size);
        EXPECT_EQ(from_base64(base64(data)), data);
    }
    for (const char* wrong : {"A", "AA", "AAA", "AA=", "AB==", "AAB=", " AAA", "AAA ",
                              "AA\n=", "AA==AA==", "A===", "====", "AA=A"})
        EXPECT_FALSE(from_base64(wrong)) << wrong;
    EXPECT_EQ(from_decimal("0"), 0U);
    EXPECT_EQ(from_decimal("18446744073709551615"), ~std::uint64_t{0});
    for (const char* wrong :
         {"", "00", "01", "-1", "+1", " 1", "1 ", "18446744073709551616", "0x1"})
        EXPECT_FALSE(from_decimal(wrong)) << wrong;
}

}  // namespace
}  // namespace sudare::evidence

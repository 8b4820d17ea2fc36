// SPDX-License-Identifier: Apache-2.0
#include "protocol/wire/zstd_gate.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <memory>
#include <numeric>
#include <random>
#include <vector>

namespace sudare::wire {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes sample(std::size_t size, unsigned seed) {
    std::mt19937 random(seed);
    Bytes bytes(size);
    for (auto& byte : bytes)
        byte = static_cast<std::uint8_t>(random() % (1 + seed * 13 % 256));
    return bytes;
}

Bytes compress(const Bytes& content, std::initializer_list<std::pair<ZSTD_cParameter, int>> set) {
    const std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(),
                                                                     ZSTD_freeCCtx);
    for (const auto& [parameter, value] : set)
        ZSTD_CCtx_setParameter(context.get(), parameter, value);
    Bytes frame(ZSTD_compressBound(content.size()) + 64);
    frame.resize(
        ZSTD_compress2(context.get(), frame.data(), frame.size(), content.data(), content.size()));
    return frame;
}

bool accepted(const Bytes& frame, std::size_t size) {
    return check_zstd_frame(frame, {size, size}).has_value();
}

TEST(ZstdGate, AcceptsWhatZstdMakes) {
    unsigned seed = 1;
    for (const std::size_t size :
         {1UL, 3UL, 255UL, 256UL, 257UL, 65791UL, 65792UL, 200000UL, 1000000UL, 9000000UL})
        for (const int level : {-5, 1, 3, 9}) {
            const Bytes content = sample(size, ++seed);
            EXPECT_TRUE(accepted(compress(content, {{ZSTD_c_compressionLevel, level}}), size))
                << size << " at " << level;
            EXPECT_TRUE(accepted(compress(content, {{ZSTD_c_checksumFlag, 1}}), size)) << size;
        }
}

TEST(ZstdGate, TheStatedSizeMustBeThePermittedOne) {
    const Bytes frame = compress(sample(1000, 1), {});
    EXPECT_FALSE(accepted(frame, 999));
    EXPECT_FALSE(accepted(frame, 1001));
    EXPECT_EQ(check_zstd_frame(frame, {900, 1100}).value(), 1000U);
    EXPECT_FALSE(accepted(compress(sample(1000, 1), {{ZSTD_c_contentSizeFlag, 0}}), 1000));
}

TEST(ZstdGate, LargeWindowIsRefused) {
    const Bytes content = sample(40U << 20, 2);
    EXPECT_TRUE(accepted(compress(content, {{ZSTD_c_windowLog, 23}}), content.size()));
    EXPECT_FALSE(accepted(compress(content, {{ZSTD_c_windowLog, 24}}), content.size()));
}

TEST(ZstdGate, DictionaryReservedBitAndSkippableFrameAreRefused) {
    const Bytes good = compress(sample(1000, 1), {});
    for (const unsigned bits : {0x01U, 0x02U, 0x03U, 0x08U, 0x10U}) {
        Bytes frame = good;
        frame[4] = static_cast<std::uint8_t>(frame[4] | bits);
        EXPECT_FALSE(accepted(frame, 1000)) << bits;
    }
    EXPECT_FALSE(accepted({0x50, 0x2A, 0x4D, 0x18, 1, 0, 0, 0, 9}, 1));
}

TEST(ZstdGate, NothingMayFollowOrBeMissing) {
    const Bytes good = compress(sample(300000, 7), {});
    Bytes longer = good;
    longer.push_back(0);
    EXPECT_FALSE(accepted(longer, 300000));
    Bytes twice = good;
    twice.insert(twice.end(), good.begin(), good.end());
    EXPECT_FALSE(accepted(twice, 300000));
    for (std::size_t length = 0; length < good.size(); length += 97) {
        const Bytes part(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length));
        EXPECT_FALSE(accepted(part, 300000)) << length;
    }
}

}  // namespace
}  // namespace sudare::wire

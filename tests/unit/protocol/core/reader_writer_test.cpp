// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "protocol/core/reader.h"
#include "protocol/core/untrusted.h"
#include "protocol/core/writer.h"

namespace sudare {
namespace {

TEST(ReaderTest, ReadsWhatTheWriterWrote) {
    Writer out(64);
    out.u8(1);
    out.u16(0x0203);
    out.u24(0x040506);
    out.u32(0x0708090a);
    out.u64(0x0b0c0d0e0f101112);
    out.i16(-2);
    Reader in(out.view());
    EXPECT_EQ(in.u8(), 1);
    EXPECT_EQ(in.u16(), 0x0203);
    EXPECT_EQ(in.u24(), 0x040506U);
    EXPECT_EQ(in.u32(), 0x0708090aU);
    EXPECT_EQ(in.u64(), 0x0b0c0d0e0f101112U);
    EXPECT_EQ(in.i16(), -2);
    EXPECT_TRUE(in.at_end());
}

TEST(ReaderTest, AReadPastTheEndFailsForGood) {
    const std::uint8_t bytes[] = {1, 2, 3};
    Reader in(bytes);
    EXPECT_EQ(in.u32(), 0U);
    EXPECT_FALSE(in.ok());
    EXPECT_EQ(in.u8(), 0) << "a parser must not go on with the bytes that were there";
    EXPECT_FALSE(in.at_end());
}

TEST(ReaderTest, BytesLeftOverAreNotTheEnd) {
    const std::uint8_t bytes[] = {1, 2};
    Reader in(bytes);
    in.u8();
    EXPECT_TRUE(in.ok());
    EXPECT_FALSE(in.at_end());
}

TEST(WriterTest, NeverGrowsAboveItsMaximum) {
    Writer out(3);
    out.u16(1);
    out.u16(2);
    EXPECT_FALSE(out.ok());
    EXPECT_EQ(out.size(), 2U);
    out.u8(3);
    EXPECT_FALSE(out.ok()) << "a failed writer stays failed";
}

TEST(UntrustedTest, ComesOutThroughACheckOnly) {
    const Untrusted<int> value(7);
    EXPECT_EQ(value.within(0, 10), 7);
    EXPECT_FALSE(value.within(8, 10));
    EXPECT_FALSE(value.when([](int v) { return v % 2 == 0; }));
}

}  // namespace
}  // namespace sudare

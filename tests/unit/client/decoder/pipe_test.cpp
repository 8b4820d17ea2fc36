// SPDX-License-Identifier: Apache-2.0
#include "client/decoder/pipe.h"

#include <gtest/gtest.h>

namespace sudare::decoder {
namespace {

const Size kSize = *Size::make(800, 600);

Reply painted() {
    return {7,    ReplyStatus::kApplied,
            {},   kSize,
            1234, {Rect::whole(kSize), *Rect::make(1, 2, 3, 4, kSize)}};
}

TEST(DecoderPipe, RepliesComeBackAsTheyWere) {
    const auto bytes = encode_reply(painted());
    ASSERT_EQ(bytes.size(), kReplyHeaderBytes + 2 * 8);
    const auto taken = take_reply(bytes);
    ASSERT_TRUE(taken && *taken);
    const Reply& reply = (*taken)->reply;
    EXPECT_EQ((*taken)->bytes, bytes.size());
    EXPECT_EQ(reply.sequence, 7U);
    EXPECT_EQ(reply.status, ReplyStatus::kApplied);
    EXPECT_EQ(*reply.size, kSize);
    EXPECT_EQ(reply.decode_us, 1234U);
    EXPECT_EQ(reply.dirty, painted().dirty);
}

TEST(DecoderPipe, RefusalCarriesItsReason) {
    Reply refusal;
    refusal.end_reason = EndReason::kPictureRejected;
    const auto taken = take_reply(encode_reply(refusal));
    ASSERT_TRUE(taken && *taken);
    EXPECT_EQ((*taken)->reply.status, ReplyStatus::kRejected);
    EXPECT_EQ((*taken)->reply.end_reason, EndReason::kPictureRejected);
}

TEST(DecoderPipe, EveryPrefixWaitsForMore) {
    const auto bytes = encode_reply(painted());
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        const auto taken = take_reply(std::span(bytes).first(length));
        ASSERT_TRUE(taken) << length;
        EXPECT_FALSE(*taken) << length;
    }
}

TEST(DecoderPipe, LiesAreRefused) {
    const auto good = encode_reply(painted());
    const auto with = [&](std::size_t at, std::uint8_t value) {
        auto bytes = good;
        bytes[at] = value;
        return take_reply(bytes);
    };
    EXPECT_FALSE(with(4, 3));      // no such status
    EXPECT_FALSE(with(4, 2));      // a refusal with a picture
    EXPECT_FALSE(with(6, 45));     // a picture with a reason
    EXPECT_FALSE(with(7, 0xFF));   // wider than any canvas
    EXPECT_FALSE(with(16, 65));    // more rectangles than agreed
    EXPECT_FALSE(with(17, 0x10));  // a rectangle outside
}

}  // namespace
}  // namespace sudare::decoder

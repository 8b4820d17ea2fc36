// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/protocol/wire/samples.h"

namespace sudare::wire {
namespace {

// Encodes, frames, parses and encodes again: the bytes must be the same, so nothing was lost.
template <typename Message, typename Parse>
void round_trip(const Message& message, Direction from, Parse parse) {
    std::vector<std::uint8_t> bytes;
    ASSERT_TRUE(encode(bytes, message));
    const WireRules rules(from);
    FrameBuffer buffer(rules);
    // Byte by byte: half a frame is the normal case.
    std::optional<Frame> frame;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        EXPECT_FALSE(buffer.next());
        buffer.append(std::span(bytes).subspan(i, 1));
    }
    frame = buffer.next();
    ASSERT_TRUE(frame);
    const auto parsed = parse(*frame);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->index(), message.index());
    std::vector<std::uint8_t> again;
    ASSERT_TRUE(encode(again, *parsed));
    EXPECT_EQ(again, bytes);
    EXPECT_FALSE(buffer.next());
    EXPECT_FALSE(buffer.partial());
}

TEST(RoundTrip, EveryMessageUp) {
    ASSERT_EQ(sample_up().size(), std::variant_size_v<UpMessage>);
    for (const UpMessage& message : sample_up())
        round_trip(message, Direction::kUp, parse_up);
}

TEST(RoundTrip, EveryMessageDown) {
    ASSERT_EQ(sample_down().size(), std::variant_size_v<DownMessage>);
    for (const DownMessage& message : sample_down())
        round_trip(message, Direction::kDown, parse_down);
}

TEST(RoundTrip, WhoComposesInAField) {
    constexpr std::uint8_t kType = static_cast<std::uint8_t>(MessageType::kTextField);
    for (const auto& [active, there] : {std::pair{false, false}, {true, false}, {true, true}}) {
        const TextField field{active, 10, 20, 1, 18, FieldKind::kText, there};
        std::vector<std::uint8_t> bytes;
        ASSERT_TRUE(encode(bytes, DownMessage(field)));
        std::vector<std::uint8_t> payload(bytes.begin() + limits::kFrameHeaderBytes, bytes.end());
        const auto read = parse_down(Frame{kType, payload});
        ASSERT_TRUE(read);
        EXPECT_EQ(std::get<TextField>(*read).active, active);
        EXPECT_EQ(std::get<TextField>(*read).composed_there, there);
        payload[0] = 3;
        EXPECT_FALSE(parse_down(Frame{kType, payload}));
    }
}

TEST(RoundTrip, ALoginThatDoesNotFitIsNotSent) {
    std::vector<std::uint8_t> bytes;
    EXPECT_FALSE(encode(bytes, UpMessage(Login{std::string(65, 'u'), std::string(250, 'p'), ""})));
    EXPECT_TRUE(bytes.empty());
}

TEST(RoundTrip, FramesThatArriveTogetherComeOutOneByOne) {
    std::vector<std::uint8_t> bytes;
    ASSERT_TRUE(encode(bytes, UpMessage(Key{30, true})));
    ASSERT_TRUE(encode(bytes, UpMessage(Key{30, false})));
    const WireRules rules(Direction::kUp);
    FrameBuffer buffer(rules);
    buffer.append(bytes);
    EXPECT_TRUE(buffer.next());
    EXPECT_TRUE(buffer.next());
    EXPECT_FALSE(buffer.next());
}

}  // namespace
}  // namespace sudare::wire

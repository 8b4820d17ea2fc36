// SPDX-License-Identifier: Apache-2.0
// For every type: lengths 0, 1, min-1, min, max, max+1 and 2^24-1 (security.md C1).
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/protocol/wire/samples.h"

namespace sudare::wire {
namespace {

std::vector<std::uint8_t> header(std::uint8_t type, std::uint32_t length) {
    return {type, static_cast<std::uint8_t>(length >> 16), static_cast<std::uint8_t>(length >> 8),
            static_cast<std::uint8_t>(length)};
}

std::set<std::uint32_t> boundary_lengths(LengthRange range) {
    std::set<std::uint32_t> lengths{0, 1, range.min, range.max, range.max + 1, (1U << 24) - 1};
    if (range.min > 0)
        lengths.insert(range.min - 1);
    return lengths;
}

TEST(Boundary, ALengthOutsideTheRangeEndsTheStreamAtTheHeader) {
    for (const MessageSpec& spec : kMessages) {
        const WireRules rules(spec.direction);
        for (const std::uint32_t length : boundary_lengths(spec.length)) {
            FrameBuffer buffer(rules);
            buffer.append(header(static_cast<std::uint8_t>(spec.type), length));
            const bool legal = length >= spec.length.min && length <= spec.length.max;
            EXPECT_EQ(buffer.next().has_value(), legal && length == 0) << spec.name << ' ' << length;
            EXPECT_EQ(buffer.failure() == EndReason::kMalformed, !legal)
                << spec.name << ' ' << length;
        }
    }
}

TEST(Boundary, AnUnknownTypeEndsTheStreamAtTheHeader) {
    for (unsigned type = 0; type < 256; ++type) {
        const WireRules rules(Direction::kUp);
        FrameBuffer buffer(rules);
        buffer.append(header(static_cast<std::uint8_t>(type), 0));
        buffer.next();
        const MessageSpec* spec = find_message(static_cast<std::uint8_t>(type));
        const bool known = spec != nullptr && spec->direction == Direction::kUp;
        EXPECT_EQ(buffer.failure() == EndReason::kUnknownType, !known) << type;
    }
}

TEST(Boundary, NothingComesOutOfAStreamThatHasFailed) {
    const WireRules rules(Direction::kUp);
    FrameBuffer buffer(rules);
    buffer.append(header(0xff, 0));
    EXPECT_FALSE(buffer.next());
    std::vector<std::uint8_t> good;
    ASSERT_TRUE(encode(good, UpMessage(Key{30, true})));
    buffer.append(good);
    EXPECT_FALSE(buffer.next());
}

// Every payload of every legal length, filled with each of these bytes, parses or is refused;
// it never crashes, and an exact layout never accepts another length.
TEST(Boundary, PayloadsOfOneByteValueNeverCrash) {
    for (const MessageSpec& spec : kMessages) {
        for (const int fill : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
            for (std::uint32_t length = 0; length <= spec.length.min + 40; ++length) {
                const std::vector<std::uint8_t> payload(length, static_cast<std::uint8_t>(fill));
                const Frame frame{static_cast<std::uint8_t>(spec.type), payload};
                const bool ok = spec.direction == Direction::kUp ? parse_up(frame).has_value()
                                                                 : parse_down(frame).has_value();
                if (spec.length.min == spec.length.max && length != spec.length.min)
                    EXPECT_FALSE(ok) << spec.name << ' ' << length;
            }
        }
    }
}

// Values just outside their range are refused, the ones just inside pass.
struct ValueCase {
    MessageType type;
    std::vector<std::uint8_t> payload;
    bool good;
};

TEST(Boundary, ValuesAtTheEdgeOfTheirRange) {
    const std::vector<ValueCase> cases{
        {MessageType::kKey, {0, 1, 1}, true},
        {MessageType::kKey, {0, 0, 1}, false},     // KEY_RESERVED
        {MessageType::kKey, {0, 116, 1}, false},   // KEY_POWER
        {MessageType::kKey, {0, 99, 1}, false},    // KEY_SYSRQ
        {MessageType::kKey, {0, 142, 1}, false},   // KEY_SLEEP
        {MessageType::kKey, {1, 1, 1}, false},
        {MessageType::kKey, {0, 30, 2}, false},
        {MessageType::kPointerButton, {4, 1}, true},
        {MessageType::kPointerButton, {5, 1}, false},
        {MessageType::kWheel, {0x09, 0x60, 0, 0}, true},    // 2400
        {MessageType::kWheel, {0x09, 0x61, 0, 0}, false},
        {MessageType::kWheel, {0x80, 0x00, 0, 0}, false},   // -32768
        {MessageType::kResize, {1, 64, 0, 240, 0, 60}, true},       // 320x240, scale 60
        {MessageType::kResize, {1, 63, 0, 240, 0, 60}, false},
        {MessageType::kResize, {15, 0, 8, 112, 2, 208}, true},      // 3840x2160, scale 720
        {MessageType::kResize, {15, 1, 8, 112, 2, 208}, false},
        {MessageType::kResize, {15, 0, 8, 112, 2, 209}, false},
        {MessageType::kCursorShape, {34}, true},
        {MessageType::kCursorShape, {35}, false},
        {MessageType::kLogin, {1, 'u', 1, 'p', 0}, true},
        {MessageType::kLogin, {0, 1, 'u', 1, 'p'}, false},
        {MessageType::kLogin, {1, 'u', 1, 0, 0}, false},            // NUL in a password
        {MessageType::kLogin, {1, 'u', 1, 'p', 1, '1'}, false},     // a code has six digits
        {MessageType::kLogin, {1, 'u', 9, 'p', 0}, false},          // length beyond the end
        {MessageType::kLoginResult, {5, 0, 0}, true},
        {MessageType::kLoginResult, {6, 0, 0}, false},
        {MessageType::kEnd, {0, 1, 0, 0, 0, 0}, true},
        {MessageType::kEnd, {0, 0, 0, 0, 0, 0}, false},             // not a reason
    };
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const Frame frame{static_cast<std::uint8_t>(cases[i].type), cases[i].payload};
        const bool up = find_message(frame.type)->direction == Direction::kUp;
        EXPECT_EQ(up ? parse_up(frame).has_value() : parse_down(frame).has_value(), cases[i].good)
            << "case " << i;
    }
}

}  // namespace
}  // namespace sudare::wire

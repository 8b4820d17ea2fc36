// SPDX-License-Identifier: Apache-2.0
#include "protocol/wire/vp9_gate.h"

#include <gtest/gtest.h>

#include <vector>

#include "server/session/picture/video_encoder.h"
#include "tests/unit/server/session/picture/test_page.h"

namespace sudare::wire {
namespace {

using Bytes = std::vector<std::uint8_t>;

// Real frames: the first is a key frame.
std::vector<Bytes> frames_of(const Rect& rect, std::uint8_t profile, int count) {
    picture::TestPage page(1280, 720);
    page.photo(page.whole());
    auto encoder = *picture::VideoEncoder::create(rect, profile);
    std::vector<Bytes> frames;
    for (int i = 0; i < count; ++i) {
        page.photo(rect, static_cast<std::uint32_t>(i) * 4);
        const std::vector<Rect> changed{rect};
        const auto frame = encoder.encode(page.view(), changed, 12 + i * 5);
        frames.emplace_back(frame->bytes.begin(), frame->bytes.end());
    }
    return frames;
}

bool accepted(const Bytes& frame, std::uint8_t profile, std::uint16_t width, std::uint16_t height) {
    return check_vp9_frame(frame, {profile, width, height}).has_value();
}

// Bit 0 is the highest of the first byte, as in the specification.
Bytes with_bit_flipped(Bytes frame, std::size_t bit) {
    frame[bit / 8] ^= static_cast<std::uint8_t>(0x80 >> bit % 8);
    return frame;
}

const Size kCanvas = *Size::make(1280, 720);

TEST(Vp9Gate, AcceptsWhatLibvpxMakes) {
    for (const auto& [w, h, profile] : {std::tuple{1280, 720, 0},
                                        {320, 240, 0},
                                        {16, 16, 0},
                                        {642, 362, 0},
                                        {333, 221, 1},
                                        {1280, 720, 1}}) {
        const Rect rect = *Rect::make(0, 0, static_cast<std::uint32_t>(w),
                                      static_cast<std::uint32_t>(h), kCanvas);
        for (const Bytes& frame : frames_of(rect, static_cast<std::uint8_t>(profile), 4))
            EXPECT_TRUE(
                accepted(frame, static_cast<std::uint8_t>(profile), rect.width(), rect.height()))
                << w << 'x' << h;
    }
}

TEST(Vp9Gate, AnotherSizeOrProfileIsRefused) {
    const auto frames = frames_of(*Rect::make(0, 0, 320, 240, kCanvas), 0, 1);
    EXPECT_FALSE(accepted(frames[0], 0, 322, 240));
    EXPECT_FALSE(accepted(frames[0], 0, 320, 238));
    EXPECT_FALSE(accepted(frames[0], 1, 320, 240));
}

TEST(Vp9Gate, FlagsOfTheHeaderAreJudged) {
    const auto frames = frames_of(*Rect::make(0, 0, 320, 240, kCanvas), 0, 2);
    for (const Bytes& good : frames) {
        ASSERT_TRUE(accepted(good, 0, 320, 240));
        for (const std::size_t bit : {0U, 1U, 2U, 3U, 4U, 6U})  // marker, profile, existing, shown
            EXPECT_FALSE(accepted(with_bit_flipped(good, bit), 0, 320, 240)) << bit;
    }
    for (std::size_t bit = 8; bit < 32; ++bit)  // the sync code
        EXPECT_FALSE(accepted(with_bit_flipped(frames[0], bit), 0, 320, 240)) << bit;
    for (std::size_t bit = 36; bit < 36 + 32; ++bit)  // width and height
        EXPECT_FALSE(accepted(with_bit_flipped(frames[0], bit), 0, 320, 240)) << bit;
    EXPECT_FALSE(accepted(with_bit_flipped(frames[0], 68), 0, 320, 240));  // another render size
}

TEST(Vp9Gate, SuperframesTruncationsAndNothingAreRefused) {
    Bytes frame = frames_of(*Rect::make(0, 0, 320, 240, kCanvas), 0, 1)[0];
    for (std::size_t length = 0; length < 20; ++length)
        EXPECT_FALSE(
            accepted(Bytes(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(length)), 0,
                     320, 240));
    frame.insert(frame.end(), {0xC0, 1, 0xC0});
    EXPECT_FALSE(accepted(frame, 0, 320, 240));
}

TEST(Vp9Gate, StreamStartsWithAKeyFrameAndKeepsItsRectangle) {
    const Rect rect = *Rect::make(10, 20, 320, 240, kCanvas);
    const Rect moved = *Rect::make(12, 20, 320, 240, kCanvas);
    const auto frames = frames_of(rect, 0, 3);
    Vp9Gate gate;
    EXPECT_FALSE(gate.check({0, 0, false, rect, frames[1]}));
    EXPECT_TRUE(gate.check({0, 0, true, rect, frames[0]}));
    EXPECT_TRUE(gate.check({0, 0, false, rect, frames[1]}));
    EXPECT_FALSE(gate.check({0, 0, true, rect, frames[2]}));  // says key frame, is none
    EXPECT_FALSE(gate.check({0, 0, false, moved, frames[2]}));
    EXPECT_TRUE(gate.check({0, 0, true, moved, frames[0]}));  // a new stream may be elsewhere
    gate.reset();
    EXPECT_FALSE(gate.check({0, 0, false, moved, frames[1]}));
}

}  // namespace
}  // namespace sudare::wire

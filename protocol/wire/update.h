// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "protocol/core/geometry.h"
#include "protocol/core/result.h"

// The payload of the wire message Update: a header and an ordered list of operations on the
// viewer's canvas (docs/protocol.md, "The picture"). The same parser serves the link, which
// relays, and the decoder, which applies; it knows neither libvpx nor libzstd. Everything that it
// returns has been checked against the canvas and limits.h; spans are views into the payload.
// State from one update to the next (sequence, codec streams) is judged by update_gate.h.
namespace sudare::wire {

// Bits of UpdateHeader::flags; all others are zero.
inline constexpr std::uint8_t kFlagPresent = 1;   // last update of a change: show now
inline constexpr std::uint8_t kFlagSnapshot = 2;  // canvas black, codecs reset, all is repainted

struct UpdateHeader {
    std::uint32_t sequence = 0;  // plus one each update, modulo 2^32
    bool present = false;
    bool snapshot = false;
    std::uint8_t generation = 0;  // of the codec streams: plus one at each snapshot, modulo 256
    Size size;                    // of the canvas; changes with a snapshot only
    std::uint16_t op_count = 0;
};

// Canvas pixels at (x - dx, y - dy) are copied to each (x, y) of `to`, as memmove does. The
// source lies inside the canvas.
struct ScrollOp {
    Rect to;
    std::int16_t dx = 0;
    std::int16_t dy = 0;
};

// How the content of a Lossless block is laid out, before zstd. Pixels run row by row through
// each rectangle in order; colours are three bytes blue, green, red. What each is good for was
// measured on Chromium's pixels: docs/decisions/0005-lossless-formats.md.
enum class LosslessFormat : std::uint8_t {
    kBgr24 = 0,          // colours
    kIndexed8 = 1,       // palette, then one index a pixel
    kIndexedEscape = 2,  // palette of <= 255, indices; index 255 takes the next trailing colour
    kPredicted = 3,      // planes G, B-G, R-G of residuals of the median predictor, per rectangle
};
inline constexpr std::uint8_t kEscapeIndex = 255;

struct LosslessOp {
    LosslessFormat format = LosslessFormat::kBgr24;
    std::uint16_t palette_size = 0;       // colours: 1..256, 0 without a palette
    std::vector<Rect> rects;              // 1..limits::kRectsPerOpMax
    std::size_t pixels = 0;               // of all rectangles, <= those of the canvas
    std::size_t expanded = 0;             // bytes of the content, as zstd_gate proved
    std::span<const std::uint8_t> frame;  // exactly one zstd frame
};

// The stream of a region has exactly the size of its rectangle: no cropping, no scaling. With
// 4:2:0 (profile 0) both sides are even, so an odd last row or column of a canvas is never part
// of a region and goes lossless.
struct VideoOp {
    std::uint8_t region = 0;   // 0..limits::kVideoRegionsMax-1
    std::uint8_t profile = 0;  // 0: 4:2:0, 1: 4:4:4; both 8 bit
    bool key_frame = false;
    Rect rect;
    std::span<const std::uint8_t> frame;  // one VP9 frame; judged by update_gate.h
};
inline constexpr std::uint16_t kVideoSideMin = 16;  // below this a lossless block is smaller

struct FillOp {
    Rect rect;
    std::uint8_t red = 0, green = 0, blue = 0;
};

using Op = std::variant<ScrollOp, LosslessOp, VideoOp, FillOp>;

struct PictureUpdate {
    UpdateHeader header;
    std::vector<Op> ops;
};

// Errors: kBadInput for what is not well-formed, kLimit for what asks for too much work.
Result<UpdateHeader> parse_update_header(std::span<const std::uint8_t> payload);
Result<PictureUpdate> parse_update(std::span<const std::uint8_t> payload);

}  // namespace sudare::wire

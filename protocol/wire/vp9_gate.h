// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "protocol/core/result.h"
#include "protocol/wire/update.h"

// Judges VP9 frames by their uncompressed header (VP9 bitstream specification 0.6, section 6.2)
// before libvpx sees them. Past memory faults of libvpx sit behind what is refused here: size
// changes inside a stream, scaled references, superframes, odd profiles. Allocates nothing.
namespace sudare::wire {

// What the frame must be.
struct Vp9Expectation {
    std::uint8_t profile = 0;  // 0 or 1
    std::uint16_t width = 0;
    std::uint16_t height = 0;
};

struct Vp9FrameInfo {
    bool key_frame = false;
    std::uint8_t base_q_index = 0;
    std::uint8_t tile_columns_log2 = 0;
};

// One frame that is shown, of exactly this profile (8 bit; 4:2:0 for 0, 4:4:4 for 1) and size;
// no show_existing_frame, no intra-only frame, no superframe index. What follows the compressed
// header stays unjudged: libvpx would take trailing bytes for a further frame, so the decoder
// hands it each frame inside a superframe of one (client/decoder/video_decoder.cpp).
Result<Vp9FrameInfo> check_vp9_frame(std::span<const std::uint8_t> frame,
                                     const Vp9Expectation& expected);

// One region's stream: starts with a key frame and keeps rectangle and profile until the next
// key frame. All references therefore have the size of the frame and are never scaled.
class Vp9Gate {
public:
    Result<void> check(const VideoOp& op);
    void reset() { stream_.reset(); }

private:
    struct Stream {
        std::uint8_t profile;
        Rect rect;
    };
    std::optional<Stream> stream_;
};

}  // namespace sudare::wire

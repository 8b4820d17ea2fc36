// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "protocol/core/result.h"
#include "protocol/wire/update.h"
#include "server/session/picture/colour_table.h"
#include "server/session/picture/framebuffer_view.h"

struct ZSTD_CCtx_s;

namespace sudare::picture {

// A compressed block; the frame is valid until the encoder's next call.
struct LosslessBlock {
    wire::LosslessFormat format = wire::LosslessFormat::kBgr24;
    std::uint16_t palette_size = 0;
    std::span<const std::uint8_t> frame;
};

// Makes Lossless blocks: chooses the format by the colours, then one zstd frame, one context for
// the life of the session. One thread.
class LosslessEncoder {
public:
    static Result<LosslessEncoder> create();

    // nullopt: does not fit into max_bytes; come again with fewer rectangles. The rectangles lie
    // inside the frame and together have at most as many pixels as it.
    std::optional<LosslessBlock> encode(const FramebufferView& frame, std::span<const Rect> rects,
                                        std::size_t max_bytes);

private:
    struct ContextDeleter {
        void operator()(ZSTD_CCtx_s* context) const;
    };
    LosslessEncoder() = default;

    void gather(const FramebufferView& frame, std::span<const Rect> rects);
    std::optional<LosslessBlock> smallest(std::span<const Rect> rects, std::size_t max_bytes);
    std::optional<LosslessBlock> natural(std::span<const Rect> rects, std::size_t max_bytes);

    void write_bgr24(std::size_t pixels);
    std::uint16_t write_indexed();  // returns the palette's size
    void write_escaped(std::uint8_t* indices);
    void write_predicted(std::span<const Rect> rects);
    bool compress(int level, std::size_t max_bytes, std::vector<std::uint8_t>& out);

    std::unique_ptr<ZSTD_CCtx_s, ContextDeleter> context_;
    std::unique_ptr<ColourTable> colours_;
    std::vector<std::uint32_t> pixels_;  // of all rectangles, in order
    std::vector<std::uint8_t> content_;  // before zstd
    std::vector<std::uint8_t> frame_;    // after it
    std::vector<std::uint8_t> candidate_;
};

}  // namespace sudare::picture

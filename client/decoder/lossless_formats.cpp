// SPDX-License-Identifier: Apache-2.0
#include "client/decoder/lossless_formats.h"

#include <libyuv/convert_argb.h>

#include <algorithm>
#include <array>
#include <vector>

#include "protocol/core/median_predictor.h"

namespace sudare::decoder {
namespace {

constexpr std::uint32_t kOpaque = 0xFF000000;

std::uint32_t colour(const std::uint8_t* bgr) {
    return kOpaque | std::uint32_t{bgr[2]} << 16 | std::uint32_t{bgr[1]} << 8 | bgr[0];
}

// Entries behind the palette stay 0; every real colour has the top byte set, which is how a
// painter finds an index outside the palette without a branch a pixel.
using Palette = std::array<std::uint32_t, 256>;

Palette read_palette(std::span<const std::uint8_t> content, std::size_t size) {
    Palette palette{};
    for (std::size_t i = 0; i < size; ++i)
        palette[i] = colour(content.data() + 3 * i);
    return palette;
}

}  // namespace

bool paint_bgr24(const wire::LosslessOp& op, std::span<const std::uint8_t> content,
                 const Canvas& canvas) {
    const std::uint8_t* from = content.data();
    for (const Rect& rect : op.rects) {
        // libyuv names formats from the top byte down: its RGB24 is blue, green, red in memory.
        libyuv::RGB24ToARGB(from, 3 * rect.width(),
                            reinterpret_cast<std::uint8_t*>(canvas.at(rect.x(), rect.y())),
                            static_cast<int>(canvas.stride_bytes()), rect.width(), rect.height());
        from += 3 * rect.pixels();
    }
    return true;
}

bool paint_indexed8(const wire::LosslessOp& op, std::span<const std::uint8_t> content,
                    const Canvas& canvas) {
    const Palette palette = read_palette(content, op.palette_size);
    const std::uint8_t* from = content.data() + 3U * op.palette_size;
    std::uint32_t all = kOpaque;
    for (const Rect& rect : op.rects)
        for (std::uint32_t y = rect.y(); y < rect.bottom(); ++y) {
            std::uint32_t* to = canvas.at(rect.x(), y);
            for (std::uint32_t x = 0; x < rect.width(); ++x) {
                to[x] = palette[*from++];
                all &= to[x];
            }
        }
    return (all & kOpaque) == kOpaque;
}

bool paint_indexed_escape(const wire::LosslessOp& op, std::span<const std::uint8_t> content,
                          const Canvas& canvas) {
    const Palette palette = read_palette(content, op.palette_size);
    const std::uint8_t* from = content.data() + 3U * op.palette_size;
    const std::uint8_t* escape = from + op.pixels;
    const std::uint8_t* const end = content.data() + content.size();
    std::uint32_t all = kOpaque;
    for (const Rect& rect : op.rects)
        for (std::uint32_t y = rect.y(); y < rect.bottom(); ++y) {
            std::uint32_t* to = canvas.at(rect.x(), y);
            for (std::uint32_t x = 0; x < rect.width(); ++x) {
                const std::uint8_t index = *from++;
                if (index != wire::kEscapeIndex) {
                    to[x] = palette[index];
                    all &= to[x];
                } else if (escape != end) {  // whole colours: the parser saw to that
                    to[x] = colour(escape);
                    escape += 3;
                } else {
                    return false;
                }
            }
        }
    return escape == end && (all & kOpaque) == kOpaque;
}

bool paint_predicted(const wire::LosslessOp& op, std::span<const std::uint8_t> content,
                     const Canvas& canvas) {
    const std::uint8_t* green = content.data();
    const std::uint8_t* blue = green + op.pixels;
    const std::uint8_t* red = blue + op.pixels;
    std::array<std::vector<std::uint8_t>, 3> lines;  // the row above, then the row, per plane
    for (const Rect& rect : op.rects) {
        const std::size_t width = rect.width();
        for (auto& line : lines)
            line.assign(width, 0);
        for (std::uint32_t y = rect.y(); y < rect.bottom(); ++y) {
            unpredict_row(green, lines[0]);
            unpredict_row(blue, lines[1]);
            unpredict_row(red, lines[2]);
            std::uint32_t* to = canvas.at(rect.x(), y);
            for (std::size_t x = 0; x < width; ++x) {
                const auto g = lines[0][x];
                const auto b = static_cast<std::uint8_t>(lines[1][x] + g);
                const auto r = static_cast<std::uint8_t>(lines[2][x] + g);
                to[x] = kOpaque | std::uint32_t{r} << 16 | std::uint32_t{g} << 8 | b;
            }
            green += width;
            blue += width;
            red += width;
        }
    }
    return true;
}

}  // namespace sudare::decoder

// SPDX-License-Identifier: Apache-2.0
#include "server/session/picture/lossless_encoder.h"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "protocol/core/median_predictor.h"

namespace sudare::picture {
namespace {

// Best bytes per millisecond on text (docs/decisions/0005-lossless-formats.md). Residuals of a
// photograph hold no repeats: level 1 is both smaller and faster there.
constexpr int kTextLevel = 3;
constexpr int kPhotoLevel = 1;
// Below this, trying every format costs some ten microseconds and a glyph shrinks by a third.
constexpr std::size_t kSmallPixels = 4096;
// With more escapes than this part of the pixels, the block is no text.
constexpr std::size_t kEscapesPer = 16;
constexpr std::size_t kSamplePixels = 16384;

std::uint8_t blue(std::uint32_t pixel) {
    return static_cast<std::uint8_t>(pixel);
}
std::uint8_t green(std::uint32_t pixel) {
    return static_cast<std::uint8_t>(pixel >> 8);
}
std::uint8_t red(std::uint32_t pixel) {
    return static_cast<std::uint8_t>(pixel >> 16);
}

std::uint8_t* put_colour(std::uint8_t* to, std::uint32_t pixel) {
    to[0] = blue(pixel);
    to[1] = green(pixel);
    to[2] = red(pixel);
    return to + 3;
}

wire::LosslessFormat indexed_format(std::size_t colours) {
    return colours <= 256 ? wire::LosslessFormat::kIndexed8 : wire::LosslessFormat::kIndexedEscape;
}

}  // namespace

void LosslessEncoder::ContextDeleter::operator()(ZSTD_CCtx_s* context) const {
    ZSTD_freeCCtx(context);
}

Result<LosslessEncoder> LosslessEncoder::create() {
    LosslessEncoder encoder;
    encoder.context_.reset(ZSTD_createCCtx());
    if (!encoder.context_)
        return fail(Errc::kSystem, "ZSTD_createCCtx");
    encoder.colours_ = std::make_unique<ColourTable>();
    return encoder;
}

void LosslessEncoder::gather(const FramebufferView& frame, std::span<const Rect> rects) {
    std::size_t count = 0;
    for (const Rect& rect : rects)
        count += rect.pixels();
    pixels_.resize(count);
    std::uint32_t* to = pixels_.data();
    for (const Rect& rect : rects)
        for (std::uint32_t y = rect.y(); y < rect.bottom(); ++y)
            to = std::copy_n(frame.at(rect.x(), y), rect.width(), to);
}

void LosslessEncoder::write_bgr24(std::size_t pixels) {
    content_.resize(3 * pixels);
    std::uint8_t* to = content_.data();
    for (std::size_t i = 0; i < pixels; ++i)
        to = put_colour(to, pixels_[i]);
}

// The colours of all escaped pixels behind the indices. Escapes are rare and searched for: asking
// at each pixel takes longer than all the rest.
void LosslessEncoder::write_escaped(std::uint8_t* indices) {
    const std::uint8_t* const end = indices + pixels_.size();
    std::uint8_t* literal = indices + pixels_.size();
    const std::uint8_t* at = indices;
    while (at != end && (at = static_cast<const std::uint8_t*>(std::memchr(
                             at, wire::kEscapeIndex, static_cast<std::size_t>(end - at)))))
        literal = put_colour(literal, pixels_[static_cast<std::size_t>(at++ - indices)]);
}

// Palette, indices, then the colours of all escaped pixels.
std::uint16_t LosslessEncoder::write_indexed() {
    const bool escapes = colours_->colours() > 256;
    const auto palette = colours_->frequent(escapes ? wire::kEscapeIndex : 256);
    std::array<std::uint8_t, ColourTable::kColoursMax> index;
    index.fill(wire::kEscapeIndex);
    std::size_t escaped = pixels_.size();
    for (std::size_t i = 0; i < palette.size(); ++i) {
        index[palette[i]] = static_cast<std::uint8_t>(i);
        escaped -= colours_->uses(palette[i]);
    }
    content_.resize(3 * palette.size() + pixels_.size() + 3 * escaped);
    std::uint8_t* to = content_.data();
    for (const std::uint16_t number : palette)
        to = put_colour(to, colours_->colour(number));
    const std::uint16_t* const numbers = colours_->numbers().data();
    std::transform(numbers, numbers + pixels_.size(), to,
                   [&index](std::uint16_t number) { return index[number]; });
    if (escapes)
        write_escaped(to);
    return static_cast<std::uint16_t>(palette.size());
}

void LosslessEncoder::write_predicted(std::span<const Rect> rects) {
    const std::size_t plane = pixels_.size();
    content_.resize(3 * plane);
    std::array<std::vector<std::uint8_t>, 3> rows, above;
    std::size_t done = 0;
    for (const Rect& rect : rects) {
        const std::size_t width = rect.width();
        for (std::size_t p = 0; p < 3; ++p) {
            rows[p].assign(width, 0);
            above[p].assign(width, 0);
        }
        for (std::uint32_t y = 0; y < rect.height(); ++y, done += width) {
            for (std::size_t x = 0; x < width; ++x) {
                const std::uint32_t pixel = pixels_[done + x];
                rows[0][x] = green(pixel);
                rows[1][x] = static_cast<std::uint8_t>(blue(pixel) - green(pixel));
                rows[2][x] = static_cast<std::uint8_t>(red(pixel) - green(pixel));
            }
            for (std::size_t p = 0; p < 3; ++p) {
                predict_row(rows[p], above[p], content_.data() + p * plane + done);
                std::swap(rows[p], above[p]);
            }
        }
    }
}

// zstd stops early when the output is full, so a block that does not fit costs little.
bool LosslessEncoder::compress(int level, std::size_t max_bytes, std::vector<std::uint8_t>& out) {
    out.resize(std::min(max_bytes, ZSTD_compressBound(content_.size())));
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level);
    const std::size_t size =
        ZSTD_compress2(context_.get(), out.data(), out.size(), content_.data(), content_.size());
    if (ZSTD_isError(size) != 0)
        return false;
    out.resize(size);
    return true;
}

// Small blocks: every format, the smallest wins.
std::optional<LosslessBlock> LosslessEncoder::smallest(std::span<const Rect> rects,
                                                       std::size_t max_bytes) {
    std::optional<LosslessBlock> best;
    const auto attempt = [&](wire::LosslessFormat format, std::uint16_t palette, int level) {
        if (!compress(level, best ? frame_.size() : max_bytes, candidate_))
            return;
        std::swap(frame_, candidate_);
        best = LosslessBlock{format, palette, frame_};
    };
    write_bgr24(pixels_.size());
    attempt(wire::LosslessFormat::kBgr24, 0, kTextLevel);
    if (colours_->count(pixels_) && colours_->colours() <= 256) {
        const std::uint16_t palette = write_indexed();
        attempt(wire::LosslessFormat::kIndexed8, palette, kTextLevel);
    }
    write_predicted(rects);
    attempt(wire::LosslessFormat::kPredicted, 0, kPhotoLevel);
    return best;
}

// Many colours: a sample decides whether prediction pays, as it does on photographs; repeated
// patterns of many colours do better as they are.
std::optional<LosslessBlock> LosslessEncoder::natural(std::span<const Rect> rects,
                                                      std::size_t max_bytes) {
    const std::size_t plane = pixels_.size();
    write_bgr24(std::min(plane, kSamplePixels));
    const std::size_t sample = content_.size();
    const bool plain_fits = compress(kPhotoLevel, 2 * sample, candidate_);
    const std::size_t plain = plain_fits ? candidate_.size() : sample;
    write_predicted(rects);
    std::vector<std::uint8_t> whole;
    std::swap(whole, content_);
    for (std::size_t p = 0; p < 3; ++p)
        content_.insert(content_.end(), whole.begin() + static_cast<std::ptrdiff_t>(p * plane),
                        whole.begin() + static_cast<std::ptrdiff_t>(p * plane + sample / 3));
    const bool predict = compress(kPhotoLevel, plain, candidate_);
    if (predict)
        std::swap(whole, content_);
    else
        write_bgr24(plane);
    if (!compress(predict ? kPhotoLevel : kTextLevel, max_bytes, frame_))
        return std::nullopt;
    const auto format = predict ? wire::LosslessFormat::kPredicted : wire::LosslessFormat::kBgr24;
    return LosslessBlock{format, 0, frame_};
}

std::optional<LosslessBlock> LosslessEncoder::encode(const FramebufferView& frame,
                                                     std::span<const Rect> rects,
                                                     std::size_t max_bytes) {
    gather(frame, rects);
    if (pixels_.size() <= kSmallPixels)
        return smallest(rects, max_bytes);
    if (!colours_->count(pixels_))
        return natural(rects, max_bytes);
    std::size_t escapes = 0;
    if (colours_->colours() > 256) {
        escapes = pixels_.size();
        for (const std::uint16_t number : colours_->frequent(wire::kEscapeIndex))
            escapes -= colours_->uses(number);
    }
    if (escapes > pixels_.size() / kEscapesPer)
        return natural(rects, max_bytes);
    const std::uint16_t palette = write_indexed();
    if (!compress(kTextLevel, max_bytes, frame_))
        return std::nullopt;
    return LosslessBlock{indexed_format(colours_->colours()), palette, frame_};
}

}  // namespace sudare::picture

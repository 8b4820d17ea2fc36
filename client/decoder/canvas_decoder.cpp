// SPDX-License-Identifier: Apache-2.0
#include "client/decoder/canvas_decoder.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <utility>
#include <variant>

namespace sudare::decoder {

Result<CanvasDecoder> CanvasDecoder::create(std::span<std::uint32_t> memory) {
    if (memory.size() < std::size_t{limits::kWidthMax} * limits::kHeightMax)
        return fail(Errc::kLimit, "canvas memory is smaller than the largest canvas");
    SUDARE_TRY(LosslessDecoder lossless, LosslessDecoder::create());
    return CanvasDecoder(memory, std::move(lossless));
}

std::size_t CanvasDecoder::video_contexts_made() const {
    return std::accumulate(
        video_.begin(), video_.end(), std::size_t{0},
        [](std::size_t sum, const VideoDecoder& one) { return sum + one.contexts_made(); });
}

std::optional<Canvas> CanvasDecoder::canvas() const {
    const auto size = gate_.size();
    return size ? std::optional(Canvas{memory_.data(), *size}) : std::nullopt;
}

void CanvasDecoder::start_snapshot(const Canvas& canvas) {
    for (VideoDecoder& video : video_)
        video.reset();
    std::fill_n(canvas.pixels, canvas.size.pixels(), kBlack);
    dirty_.clear();
    dirty_.add(Rect::whole(canvas.size));
}

Result<wire::UpdateHeader> CanvasDecoder::apply(std::span<const std::uint8_t> payload) {
    SUDARE_TRY(const wire::PictureUpdate update, gate_.check(payload));
    const Canvas canvas{memory_.data(), update.header.size};
    if (update.header.snapshot)
        start_snapshot(canvas);
    for (const wire::Op& op : update.ops)
        SUDARE_CHECK(apply_op(op, canvas));
    return update.header;
}

Result<void> CanvasDecoder::apply_op(const wire::Op& op, const Canvas& canvas) {
    return std::visit([&](const auto& one) { return apply(one, canvas); }, op);
}

Result<void> CanvasDecoder::apply(const wire::ScrollOp& op, const Canvas& canvas) {
    const std::size_t bytes = std::size_t{op.to.width()} * 4;
    for (std::uint32_t i = 0; i < op.to.height(); ++i) {
        // Downwards the last row moves first, so that no row is read after it was overwritten.
        const std::uint32_t y = op.dy > 0 ? op.to.bottom() - 1 - i : op.to.y() + i;
        std::memmove(canvas.at(op.to.x(), y),
                     canvas.at(static_cast<std::uint32_t>(op.to.x() - op.dx),
                               static_cast<std::uint32_t>(static_cast<int>(y) - op.dy)),
                     bytes);
    }
    dirty_.add(op.to);
    return {};
}

Result<void> CanvasDecoder::apply(const wire::LosslessOp& op, const Canvas& canvas) {
    for (const Rect& rect : op.rects)
        dirty_.add(rect);
    return lossless_.apply(op, canvas);
}

Result<void> CanvasDecoder::apply(const wire::VideoOp& op, const Canvas& canvas) {
    dirty_.add(op.rect);
    return video_[op.region].apply(op, canvas);
}

Result<void> CanvasDecoder::apply(const wire::FillOp& op, const Canvas& canvas) {
    const std::uint32_t colour =
        kBlack | std::uint32_t{op.red} << 16 | std::uint32_t{op.green} << 8 | op.blue;
    for (std::uint32_t y = op.rect.y(); y < op.rect.bottom(); ++y)
        std::fill_n(canvas.at(op.rect.x(), y), op.rect.width(), colour);
    dirty_.add(op.rect);
    return {};
}

}  // namespace sudare::decoder

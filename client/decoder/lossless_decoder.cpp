// SPDX-License-Identifier: Apache-2.0
#include "client/decoder/lossless_decoder.h"

#include <zstd.h>

#include <array>

#include "client/decoder/lossless_formats.h"
#include "protocol/core/limits.h"

namespace sudare::decoder {
namespace {

// kIndexedEscape with every pixel escaped is the worst: one index and one colour a pixel.
constexpr std::size_t kScratchBytes =
    std::size_t{limits::kWidthMax} * limits::kHeightMax * 4 + 3 * 256;

}  // namespace

void LosslessDecoder::ContextDeleter::operator()(ZSTD_DCtx_s* context) const {
    ZSTD_freeDCtx(context);
}

Result<LosslessDecoder> LosslessDecoder::create() {
    LosslessDecoder decoder;
    decoder.context_.reset(ZSTD_createDCtx());
    if (!decoder.context_)
        return fail(Errc::kSystem, "ZSTD_createDCtx");
    // Not initialised: the kernel gives pages only as far as blocks really reach.
    decoder.scratch_ = std::make_unique_for_overwrite<std::uint8_t[]>(kScratchBytes);
    return decoder;
}

Result<void> LosslessDecoder::apply(const wire::LosslessOp& op, const Canvas& canvas) {
    if (op.expanded > kScratchBytes)
        return fail(Errc::kLimit, "lossless: content");
    const std::size_t size = ZSTD_decompressDCtx(context_.get(), scratch_.get(), op.expanded,
                                                 op.frame.data(), op.frame.size());
    if (ZSTD_isError(size) != 0 || size != op.expanded)
        return fail(Errc::kBadInput, "lossless: zstd");
    const std::span<const std::uint8_t> content(scratch_.get(), size);
    bool painted = false;
    switch (op.format) {
        case wire::LosslessFormat::kBgr24:
            painted = paint_bgr24(op, content, canvas);
            break;
        case wire::LosslessFormat::kIndexed8:
            painted = paint_indexed8(op, content, canvas);
            break;
        case wire::LosslessFormat::kIndexedEscape:
            painted = paint_indexed_escape(op, content, canvas);
            break;
        case wire::LosslessFormat::kPredicted:
            painted = paint_predicted(op, content, canvas);
            break;
    }
    return painted ? Result<void>() : fail(Errc::kBadInput, "lossless: content");
}

}  // namespace sudare::decoder

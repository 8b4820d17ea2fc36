// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "client/decoder/canvas.h"
#include "client/decoder/dirty_rects.h"
#include "client/decoder/lossless_decoder.h"
#include "client/decoder/video_decoder.h"
#include "protocol/core/result.h"
#include "protocol/wire/update_gate.h"

namespace sudare::decoder {

// Applies updates, in order, to a canvas in the caller's memory. The only place of the client
// where libvpx and libzstd meet a server's bytes: in the viewer it runs in sudare-decoder. One
// thread, and it starts none.
class CanvasDecoder {
public:
    // memory: of limits::kWidthMax * kHeightMax pixels; it outlives the decoder.
    static Result<CanvasDecoder> create(std::span<std::uint32_t> memory);

    // Judges the update by wire::UpdateGate, then applies it. After an error the canvas is
    // undefined and the session is to end (EndReason::kPictureRejected).
    Result<wire::UpdateHeader> apply(std::span<const std::uint8_t> payload);

    // The canvas as it is; nullopt before the first update.
    [[nodiscard]] std::optional<Canvas> canvas() const;

    // What apply() has touched since the last clear_dirty().
    [[nodiscard]] std::span<const Rect> dirty() const { return dirty_.view(); }
    void clear_dirty() { dirty_.clear(); }

    // libvpx contexts since the start, of all regions; for tests.
    [[nodiscard]] std::size_t video_contexts_made() const;

private:
    CanvasDecoder(std::span<std::uint32_t> memory, LosslessDecoder lossless)
        : memory_(memory), lossless_(std::move(lossless)) {}

    void start_snapshot(const Canvas& canvas);
    Result<void> apply_op(const wire::Op& op, const Canvas& canvas);
    Result<void> apply(const wire::ScrollOp& op, const Canvas& canvas);
    Result<void> apply(const wire::LosslessOp& op, const Canvas& canvas);
    Result<void> apply(const wire::VideoOp& op, const Canvas& canvas);
    Result<void> apply(const wire::FillOp& op, const Canvas& canvas);

    std::span<std::uint32_t> memory_;
    wire::UpdateGate gate_{wire::UpdateGate::Sizes::kAnySize};
    LosslessDecoder lossless_;
    std::array<VideoDecoder, limits::kVideoRegionsMax> video_;
    DirtyRects dirty_;
};

}  // namespace sudare::decoder

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "client/decoder/canvas.h"
#include "protocol/core/result.h"
#include "protocol/wire/update.h"

struct vpx_codec_ctx;

namespace sudare::decoder {

// The VP9 stream of one region. libvpx never meets a change of size or profile: another one, and
// each snapshot, ends its context and begins with a new one (docs/decisions/0010). One thread,
// which is what lets a context be made inside the decoder's sandbox.
class VideoDecoder {
public:
    // The operation has passed wire::UpdateGate. Decodes the frame and paints op.rect.
    // kBadInput: libvpx refused it, or the picture is not what the header said. kSystem: no memory.
    Result<void> apply(const wire::VideoOp& op, const Canvas& canvas);

    // The stream is over; the next one starts with a key frame.
    void reset();

    // Since the start, for tests.
    [[nodiscard]] std::size_t contexts_made() const { return contexts_made_; }

private:
    struct Shape {
        std::uint8_t profile;
        std::uint32_t width, height;
        friend bool operator==(const Shape&, const Shape&) = default;
    };
    struct ContextDeleter {
        void operator()(vpx_codec_ctx* context) const;
    };
    Result<void> prepare(const Shape& shape);

    std::unique_ptr<vpx_codec_ctx, ContextDeleter> context_;
    std::optional<Shape> shape_;  // of the stream in context_
    std::size_t contexts_made_ = 0;
    std::vector<std::uint8_t> packet_;
};

}  // namespace sudare::decoder

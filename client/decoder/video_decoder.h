// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "client/decoder/canvas.h"
#include "protocol/core/result.h"
#include "protocol/wire/update.h"

struct vpx_codec_ctx;

namespace sudare::decoder {

// One libvpx VP9 decoder. It lives as long as the process: a new stream starts with a key frame
// in the same decoder, because a new one would need new threads, which the sandbox forbids.
class VideoDecoder {
public:
    // threads: 1..4. Worker threads come into being at the first frame with several tile
    // columns; create() decodes a built-in one, so that they exist before the sandbox closes.
    static Result<VideoDecoder> create(unsigned threads);

    // The operation has passed wire::UpdateGate. Decodes the frame and paints op.rect.
    // kBadInput: libvpx refused it, or the picture is not what the header said.
    Result<void> apply(const wire::VideoOp& op, const Canvas& canvas);

private:
    struct ContextDeleter {
        void operator()(vpx_codec_ctx* context) const;
    };
    VideoDecoder() = default;
    Result<void> warm_up();

    std::unique_ptr<vpx_codec_ctx, ContextDeleter> context_;
    std::vector<std::uint8_t> packet_;
};

}  // namespace sudare::decoder

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "client/decoder/canvas.h"
#include "protocol/core/result.h"
#include "protocol/wire/update.h"

struct ZSTD_DCtx_s;

namespace sudare::decoder {

// Expands Lossless blocks onto the canvas. One zstd context and one scratch buffer, both made at
// create() for the largest block that limits.h permits. One thread.
class LosslessDecoder {
public:
    static Result<LosslessDecoder> create();

    // The operation has passed wire::parse_update. kBadInput: the content is not what its frame
    // header said, an index outside the palette, or escapes that do not add up; the canvas is
    // then partly painted and the session is to end.
    Result<void> apply(const wire::LosslessOp& op, const Canvas& canvas);

private:
    struct ContextDeleter {
        void operator()(ZSTD_DCtx_s* context) const;
    };
    LosslessDecoder() = default;

    std::unique_ptr<ZSTD_DCtx_s, ContextDeleter> context_;
    std::unique_ptr<std::uint8_t[]> scratch_;
};

}  // namespace sudare::decoder

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "client/decoder/canvas_decoder.h"
#include "client/decoder/pipe.h"

namespace sudare::decoder {

// One update in, one reply out: what sudare-decoder does between its two pipes.
class Service {
public:
    explicit Service(CanvasDecoder decoder) : decoder_(std::move(decoder)) {}

    // After a reply with kRejected nothing more may be asked.
    Reply handle(std::span<const std::uint8_t> payload);

private:
    CanvasDecoder decoder_;
};

}  // namespace sudare::decoder

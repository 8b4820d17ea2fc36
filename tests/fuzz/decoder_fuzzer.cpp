// SPDX-License-Identifier: Apache-2.0
// The whole decoder behind its gate, libzstd and libvpx included: updates after their u32 length.
#include <vector>

#include "client/decoder/canvas_decoder.h"
#include "protocol/core/reader.h"

using namespace sudare;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static std::vector<std::uint32_t> memory(std::size_t{limits::kWidthMax} * limits::kHeightMax);
    auto decoder = decoder::CanvasDecoder::create(memory);
    Reader reader({data, size});
    while (decoder && reader.remaining() > 4) {
        const auto payload = reader.bytes(reader.u32());
        if (!decoder->apply(payload))
            break;
    }
    return 0;
}

// SPDX-License-Identifier: Apache-2.0
// The first byte chooses profile and size, the rest is one frame.
#include "protocol/wire/vp9_gate.h"

using namespace sudare;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1)
        return 0;
    const bool large = (data[0] & 2) != 0;
    const wire::Vp9Expectation expected{static_cast<std::uint8_t>(data[0] & 1),
                                        static_cast<std::uint16_t>(large ? 1280 : 320),
                                        static_cast<std::uint16_t>(large ? 720 : 240)};
    const auto info = wire::check_vp9_frame({data + 1, size - 1}, expected);
    if (info && info->tile_columns_log2 > 6)
        __builtin_trap();
    return 0;
}

// SPDX-License-Identifier: Apache-2.0
// Bytes of a hostile session host, as the link judges them: several updates, each after its u32
// length. Whatever passes must lie inside the canvas and its limits.
#include <cstdlib>

#include "protocol/core/reader.h"
#include "protocol/wire/update_gate.h"

using namespace sudare;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    wire::UpdateGate gate(wire::UpdateGate::Sizes::kAnySize);
    Reader reader({data, size});
    while (reader.remaining() > 4) {
        const auto payload = reader.bytes(reader.u32());
        const auto update = gate.check(payload);
        if (!update)
            break;
        for (const wire::Op& op : update->ops)
            if (const auto* block = std::get_if<wire::LosslessOp>(&op))
                if (block->pixels > update->header.size.pixels() || block->rects.empty())
                    std::abort();
    }
    return 0;
}

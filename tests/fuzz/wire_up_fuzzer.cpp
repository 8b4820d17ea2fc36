// SPDX-License-Identifier: Apache-2.0
// Bytes of a hostile viewer: whatever parses must encode to the very bytes that came in.
#include <cstdlib>

#include "protocol/wire/messages.h"

using namespace sudare;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const wire::WireRules rules(wire::Direction::kUp);
    FrameBuffer buffer(rules);
    buffer.append({data, size});
    while (const auto frame = buffer.next()) {
        const auto message = wire::parse_up(*frame);
        std::vector<std::uint8_t> again;
        if (message && (!wire::encode(again, *message) ||
                        again.size() != frame->payload.size() + limits::kFrameHeaderBytes))
            std::abort();
    }
    return 0;
}

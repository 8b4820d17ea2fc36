// SPDX-License-Identifier: Apache-2.0
// sudare-enrol/1 from either side: whatever parses must encode to the very bytes that came in.
#include <algorithm>
#include <cstdlib>

#include "protocol/enrol/messages.h"

using namespace sudare;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    for (const auto from : {enrol::Direction::kUp, enrol::Direction::kDown}) {
        const enrol::Rules rules(from);
        FrameBuffer buffer(rules);
        buffer.append({data, size});
        while (const auto frame = buffer.next()) {
            const auto up = enrol::parse_up(*frame);
            const auto down = enrol::parse_down(*frame);
            const auto again = up ? enrol::payload_of(*up) : down ? enrol::payload_of(*down) : std::vector<std::uint8_t>();
            if ((up || down) && !std::ranges::equal(again, frame->payload))
                std::abort();
        }
    }
    return 0;
}

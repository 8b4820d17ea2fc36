// SPDX-License-Identifier: Apache-2.0
// A whole conversation: each frame is judged, parsed and followed as in the link. Two bytes of
// input choose between a viewer's frame and an answer of the link, so that every state is reached.
#include "protocol/wire/state_machine.h"

using namespace sudare;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const wire::WireRules up(wire::Direction::kUp), down(wire::Direction::kDown);
    wire::StateMachine machine;
    FrameBuffer from_viewer(up), from_link(down);
    while (size >= 2) {
        const std::size_t length = std::min<std::size_t>(data[1], size - 2);
        FrameBuffer& side = (data[0] & 1) != 0 ? from_viewer : from_link;
        side.append({data + 2, length});
        data += 2 + length, size -= 2 + length;
        while (const auto frame = side.next()) {
            if (machine.judge(static_cast<wire::MessageType>(frame->type)))
                return 0;
            if (&side == &from_viewer)
                wire::parse_up(*frame).map([&](const auto& message) { machine.follow(message); });
            else
                wire::parse_down(*frame).map([&](const auto& message) { machine.follow(message); });
        }
    }
    return 0;
}

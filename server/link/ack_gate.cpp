// SPDX-License-Identifier: Apache-2.0
#include "server/link/ack_gate.h"

#include <algorithm>

namespace sudare::link {

void AckGate::sent(std::uint32_t sequence) {
    if (on_the_way_.size() == kOnTheWayMax)
        on_the_way_.pop_front();
    on_the_way_.push_back(sequence);
}

std::optional<wire::Ack> AckGate::admit(const wire::Ack& ack, bool coarse) {
    const auto found = std::find(on_the_way_.begin(), on_the_way_.end(), ack.sequence);
    if (found == on_the_way_.end())
        return std::nullopt;
    on_the_way_.erase(on_the_way_.begin(), found + 1);
    // The time that decoding took is for the viewer's own display: no session uses it.
    const std::uint8_t queue = std::min(ack.queue, kQueueMax);
    return wire::Ack{ack.sequence, 0, coarse && queue < kQueueMax ? std::uint8_t{0} : queue};
}

}  // namespace sudare::link

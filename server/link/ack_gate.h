// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "protocol/wire/messages.h"

namespace sudare::link {

// What an acknowledgement may say to the session host. As the viewer sends it, an Ack is 72 bits
// that no policy meters; software on the terminal could write anything into them. Passed on is
// only what paces the picture: that one update which was really sent has been shown, once, and in
// two bits how many wait. One thread.
class AckGate {
   public:
    // Above this the session sends nothing anyway (server/session/picture/window.cpp).
    static constexpr std::uint8_t kQueueMax = 3;
    // Updates on their way: the session's window, and once more after a snapshot has reset it.
    // Of a host that sends more, the oldest can no longer be acknowledged.
    static constexpr std::size_t kOnTheWayMax = 2 * limits::kWindowUpdatesMax;

    void sent(std::uint32_t sequence);
    // The Ack for the session host; nothing when its update was not sent, or is acknowledged
    // already by itself or by a later one.
    // `coarse`: one bit instead of two says how many wait, only whether it is too many.
    std::optional<wire::Ack> admit(const wire::Ack& ack, bool coarse = false);

   private:
    std::deque<std::uint32_t> on_the_way_;  // oldest first
};

}  // namespace sudare::link

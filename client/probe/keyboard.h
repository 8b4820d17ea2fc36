// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "client/core/input_sender.h"
#include "client/core/key_map.h"
#include "client/probe/waiting.h"

namespace sudare::probe {

// Keys no faster than the wire permits: a script is quicker than any person, and what comes above
// limits::kKeysPerSecond is dropped on the other side. Below that it never delays.
class KeyPace {
   public:
    // Microseconds until this many events may go; zero: now, and they are counted.
    std::chrono::microseconds reserve(unsigned events);

   private:
    Watch::Clock::time_point refilled_{};
    double tokens_ = 0;
};

// A judge that types all strokes, one after the other, and is answered after the last.
Waiting::Judge type_all(client::InputSender& input, KeyPace& pace, Waiting& waiting,
                        std::vector<client::KeyStroke> strokes);

// Presses all in order and releases them in the reverse.
void press_together(client::InputSender& input, const std::vector<std::uint16_t>& codes);

}  // namespace sudare::probe

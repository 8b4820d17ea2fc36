// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/input-event-codes.h>

#include <cstdint>

#include "protocol/wire/messages.h"

namespace sudare::session {

// The evdev code of a button. BTN_SIDE and BTN_EXTRA are what browsers take for back and forward.
constexpr std::uint16_t button_code(wire::Button button) {
    switch (button) {
        case wire::Button::kMiddle:
            return BTN_MIDDLE;
        case wire::Button::kRight:
            return BTN_RIGHT;
        case wire::Button::kBack:
            return BTN_SIDE;
        case wire::Button::kForward:
            return BTN_EXTRA;
        case wire::Button::kLeft:
            break;
    }
    return BTN_LEFT;
}

}  // namespace sudare::session

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "server/session/compositor/resource.h"

namespace sudare::compositor {

// zwp_input_method_keyboard_grab_v2: the keys go to an input method first. A second grab takes the
// place of the first.
void create_keyboard_grab(Context& context, wl_client* client, int version, std::uint32_t id);

// zwp_virtual_keyboard_manager_v1: the way back for keys that the input method has no use for. Only
// for that: its keyboard map is not looked at, and only what was pressed comes through (Keyboard::forward).
Global create_virtual_keyboards(Context& context);

}  // namespace sudare::compositor

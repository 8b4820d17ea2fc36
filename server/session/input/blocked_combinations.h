// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>

namespace sudare::input {

// Modifiers as the filter sees them, from evdev codes.
struct Modifiers {
    bool control = false;
    bool shift = false;
};

bool is_modifier(std::uint16_t code);
Modifiers modifiers_of(const std::set<std::uint16_t>& pressed);

// Whether the key, pressed (or repeated) under these modifiers, is one of the combinations whose
// bit is set in `blocked` (ipc::BlockedCombination). Keys are positions, the same on US and JIS.
bool is_blocked(std::uint16_t code, const Modifiers& modifiers, std::uint32_t blocked);

}  // namespace sudare::input

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// The closed table of keys that may cross, as evdev codes (linux/input-event-codes.h): the main
// block, function keys, the keypad, cursor keys and the JIS keys. Nothing that wakes, powers
// off, launches programs or changes the machine: no KEY_POWER, KEY_SLEEP, media or SysRq keys.
namespace sudare::wire {

constexpr bool is_permitted_key(std::uint16_t code) {
    if (code >= 1 && code <= 83)      // Esc .. KP dot, F1..F10, locks, keypad
        return true;
    switch (code) {
        case 85:                      // zenkaku/hankaku
        case 86:                      // 102nd (< > |)
        case 87: case 88:             // F11 F12
        case 89:                      // ro
        case 90: case 91:             // katakana, hiragana
        case 92: case 93: case 94:    // henkan, katakana/hiragana, muhenkan
        case 95:                      // KP comma (JIS)
        case 96:                      // KP enter
        case 97: case 98: case 100:   // right ctrl, KP slash, right alt
        case 102: case 103: case 104: case 105: case 106: case 107: case 108: case 109:
        case 110: case 111:           // home up pgup left right end down pgdn insert delete
        case 117:                     // KP equal
        case 119:                     // pause
        case 124:                     // yen
        case 125: case 126: case 127: // left meta, right meta, compose (menu)
        case 158: case 159: case 173: // browser back, forward, refresh
            return true;
        default:
            return false;
    }
}

inline constexpr std::uint16_t kHighestKey = 173;

}  // namespace sudare::wire

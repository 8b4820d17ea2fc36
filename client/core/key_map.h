// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Qt>
#include <cstdint>
#include <optional>
#include <string_view>

// From what the window system says about a key to its evdev code (the wire's numbering), for US
// and JIS keyboards alike: a code means a place on the keyboard, and the session's layout gives
// it a meaning. Only codes of protocol/wire/key_codes.h come out.
namespace sudare::client {

// How QKeyEvent::nativeScanCode() is numbered on this platform.
enum class ScanCodes {
    kEvdevPlus8,   // X11 and Wayland: XKB key codes, evdev + 8
    kWindowsSet1,  // Windows: PS/2 set 1, extended keys with 0x100
    kNone,         // no scan codes (macOS, offscreen): only Qt::Key helps
};

ScanCodes scan_codes_of(std::string_view qt_platform);

// keypad: Qt::KeypadModifier was set. The scan code is believed first; 0 means the event was made
// by a program (an on-screen keyboard), and the key's name decides, as on a US keyboard.
std::optional<std::uint16_t> key_code(ScanCodes numbering, std::uint32_t native_scan_code, int qt_key,
                                      bool keypad);

// By name, without case: "a", "Return", "F5", "Left", "Ctrl", "Henkan", "ZenkakuHankaku"; or a
// decimal evdev code. For scripts.
std::optional<std::uint16_t> key_code_by_name(std::string_view name);

// The key that makes an ASCII character on a US layout, and whether Shift is needed.
struct KeyStroke {
    std::uint16_t code = 0;
    bool shift = false;
};
std::optional<KeyStroke> us_key_stroke(char character);

// evdev: KEY_LEFTSHIFT, KEY_CAPSLOCK, ...
inline constexpr std::uint16_t kLeftShift = 42, kCapsLock = 58, kNumLock = 69, kTab = 15,
                               kLeftAlt = 56, kHome = 102;

}  // namespace sudare::client

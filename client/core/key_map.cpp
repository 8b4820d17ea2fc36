// SPDX-License-Identifier: Apache-2.0
#include "client/core/key_map.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "protocol/wire/key_codes.h"

namespace sudare::client {
namespace {

// Numbers on the right are KEY_* of linux/input-event-codes.h, written as numbers because this
// file compiles on every platform.
struct QtRow {
    int key;
    std::uint16_t code;
};
constexpr QtRow kQtRows[] = {
    {Qt::Key_Escape, 1}, {Qt::Key_Backspace, 14}, {Qt::Key_Tab, 15}, {Qt::Key_Backtab, 15},
    {Qt::Key_Return, 28}, {Qt::Key_Control, 29}, {Qt::Key_Shift, 42}, {Qt::Key_Alt, 56},
    {Qt::Key_Space, 57}, {Qt::Key_CapsLock, 58}, {Qt::Key_F1, 59}, {Qt::Key_F2, 60},
    {Qt::Key_F3, 61}, {Qt::Key_F4, 62}, {Qt::Key_F5, 63}, {Qt::Key_F6, 64}, {Qt::Key_F7, 65},
    {Qt::Key_F8, 66}, {Qt::Key_F9, 67}, {Qt::Key_F10, 68}, {Qt::Key_NumLock, 69},
    {Qt::Key_ScrollLock, 70}, {Qt::Key_Zenkaku_Hankaku, 85}, {Qt::Key_F11, 87}, {Qt::Key_F12, 88},
    {Qt::Key_Henkan, 92}, {Qt::Key_Hiragana_Katakana, 93}, {Qt::Key_Muhenkan, 94},
    {Qt::Key_Enter, 96}, {Qt::Key_AltGr, 100}, {Qt::Key_Home, 102}, {Qt::Key_Up, 103},
    {Qt::Key_PageUp, 104}, {Qt::Key_Left, 105}, {Qt::Key_Right, 106}, {Qt::Key_End, 107},
    {Qt::Key_Down, 108}, {Qt::Key_PageDown, 109}, {Qt::Key_Insert, 110}, {Qt::Key_Delete, 111},
    {Qt::Key_Pause, 119}, {Qt::Key_yen, 124}, {Qt::Key_Meta, 125}, {Qt::Key_Super_L, 125},
    {Qt::Key_Super_R, 126}, {Qt::Key_Menu, 127}, {Qt::Key_Back, 158}, {Qt::Key_Forward, 159},
    {Qt::Key_Refresh, 173},
};

constexpr QtRow kKeypadRows[] = {
    {Qt::Key_7, 71}, {Qt::Key_8, 72}, {Qt::Key_9, 73}, {Qt::Key_Minus, 74}, {Qt::Key_4, 75},
    {Qt::Key_5, 76}, {Qt::Key_6, 77}, {Qt::Key_Plus, 78}, {Qt::Key_1, 79}, {Qt::Key_2, 80},
    {Qt::Key_3, 81}, {Qt::Key_0, 82}, {Qt::Key_Period, 83}, {Qt::Key_Asterisk, 55},
    {Qt::Key_Slash, 98}, {Qt::Key_Enter, 96}, {Qt::Key_Return, 96}, {Qt::Key_Equal, 117},
    {Qt::Key_Comma, 95}, {Qt::Key_Home, 71}, {Qt::Key_Up, 72}, {Qt::Key_PageUp, 73},
    {Qt::Key_Left, 75}, {Qt::Key_Clear, 76}, {Qt::Key_Right, 77}, {Qt::Key_End, 79},
    {Qt::Key_Down, 80}, {Qt::Key_PageDown, 81}, {Qt::Key_Insert, 82}, {Qt::Key_Delete, 83},
};

// Extended keys of PS/2 set 1 as Windows reports them (Microsoft, "Keyboard Input", scan code
// table). Not listed: 1..0x58, where evdev took its numbers from set 1.
struct ScanRow {
    std::uint32_t scan;
    std::uint16_t code;
};
constexpr ScanRow kWindowsRows[] = {
    {0x45, 119}, {0x145, 69},  // Windows swaps Pause and NumLock
    {0x59, 117}, {0x70, 93}, {0x73, 89}, {0x79, 92}, {0x7B, 94}, {0x7D, 124}, {0x7E, 95},
    {0x11C, 96}, {0x11D, 97}, {0x135, 98}, {0x138, 100}, {0x147, 102}, {0x148, 103}, {0x149, 104},
    {0x14B, 105}, {0x14D, 106}, {0x14F, 107}, {0x150, 108}, {0x151, 109}, {0x152, 110},
    {0x153, 111}, {0x15B, 125}, {0x15C, 126}, {0x15D, 127}, {0x167, 173}, {0x169, 159},
    {0x16A, 158},
};

struct NameRow {
    std::string_view name;
    std::uint16_t code;
};
constexpr NameRow kNames[] = {
    {"escape", 1}, {"esc", 1}, {"backspace", 14}, {"tab", 15}, {"return", 28}, {"enter", 28},
    {"ctrl", 29}, {"control", 29}, {"shift", 42}, {"alt", 56}, {"space", 57}, {"capslock", 58},
    {"numlock", 69}, {"zenkakuhankaku", 85}, {"ro", 89}, {"katakana", 90}, {"hiragana", 91},
    {"henkan", 92}, {"katakanahiragana", 93}, {"muhenkan", 94}, {"kpenter", 96}, {"rightctrl", 97},
    {"rightalt", 100}, {"home", 102}, {"up", 103}, {"pageup", 104}, {"left", 105}, {"right", 106},
    {"end", 107}, {"down", 108}, {"pagedown", 109}, {"insert", 110}, {"delete", 111},
    {"pause", 119}, {"yen", 124}, {"meta", 125}, {"menu", 127}, {"back", 158}, {"forward", 159},
    {"refresh", 173}, {"rightshift", 54}, {"f11", 87}, {"f12", 88},
};

struct UsRow {
    std::uint16_t code;
    char plain;
    char shifted;
};
constexpr UsRow kUsRows[] = {
    {2, '1', '!'}, {3, '2', '@'}, {4, '3', '#'}, {5, '4', '$'}, {6, '5', '%'}, {7, '6', '^'},
    {8, '7', '&'}, {9, '8', '*'}, {10, '9', '('}, {11, '0', ')'}, {12, '-', '_'}, {13, '=', '+'},
    {15, '\t', 0}, {16, 'q', 'Q'}, {17, 'w', 'W'}, {18, 'e', 'E'}, {19, 'r', 'R'}, {20, 't', 'T'},
    {21, 'y', 'Y'}, {22, 'u', 'U'}, {23, 'i', 'I'}, {24, 'o', 'O'}, {25, 'p', 'P'}, {26, '[', '{'},
    {27, ']', '}'}, {28, '\n', 0}, {30, 'a', 'A'}, {31, 's', 'S'}, {32, 'd', 'D'}, {33, 'f', 'F'},
    {34, 'g', 'G'}, {35, 'h', 'H'}, {36, 'j', 'J'}, {37, 'k', 'K'}, {38, 'l', 'L'}, {39, ';', ':'},
    {40, '\'', '"'}, {41, '`', '~'}, {43, '\\', '|'}, {44, 'z', 'Z'}, {45, 'x', 'X'},
    {46, 'c', 'C'}, {47, 'v', 'V'}, {48, 'b', 'B'}, {49, 'n', 'N'}, {50, 'm', 'M'}, {51, ',', '<'},
    {52, '.', '>'}, {53, '/', '?'}, {57, ' ', 0},
};

std::optional<std::uint16_t> permitted(std::uint32_t code) {
    if (code > wire::kHighestKey || !wire::is_permitted_key(static_cast<std::uint16_t>(code)))
        return std::nullopt;
    return static_cast<std::uint16_t>(code);
}

std::optional<std::uint16_t> from_windows(std::uint32_t scan) {
    for (const ScanRow& row : kWindowsRows)
        if (row.scan == scan)
            return row.code;
    return scan >= 1 && scan <= 0x58 ? permitted(scan) : std::nullopt;
}

std::optional<std::uint16_t> from_qt_key(int key, bool keypad) {
    if (keypad)
        for (const QtRow& row : kKeypadRows)
            if (row.key == key)
                return row.code;
    for (const QtRow& row : kQtRows)
        if (row.key == key)
            return row.code;
    if (key <= 0 || key > 0x7E)
        return std::nullopt;
    // Qt names letter keys by their capitals and every other key by its character.
    const auto stroke = us_key_stroke(static_cast<char>(key));
    return stroke ? std::optional(stroke->code) : std::nullopt;
}

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) == y;
    });
}

}  // namespace

ScanCodes scan_codes_of(std::string_view qt_platform) {
    if (qt_platform == "xcb" || qt_platform.starts_with("wayland"))
        return ScanCodes::kEvdevPlus8;
    return qt_platform == "windows" ? ScanCodes::kWindowsSet1 : ScanCodes::kNone;
}

std::optional<std::uint16_t> key_code(ScanCodes numbering, std::uint32_t native_scan_code,
                                      int qt_key, bool keypad) {
    if (native_scan_code != 0 && numbering == ScanCodes::kEvdevPlus8)
        return native_scan_code > 8 ? permitted(native_scan_code - 8) : std::nullopt;
    if (native_scan_code != 0 && numbering == ScanCodes::kWindowsSet1)
        return from_windows(native_scan_code);
    return from_qt_key(qt_key, keypad);
}

std::optional<std::uint16_t> key_code_by_name(std::string_view name) {
    if (name.empty())
        return std::nullopt;
    unsigned number = 0;
    const char* end = name.data() + name.size();
    // One digit is the key with that digit on it; codes below 10 are written with a zero: "01".
    if (name.size() > 1 && std::from_chars(name.data(), end, number).ptr == end)
        return permitted(number);
    if (name.size() == 1) {
        const auto stroke = us_key_stroke(name[0]);
        return stroke ? std::optional(stroke->code) : std::nullopt;
    }
    for (const NameRow& row : kNames)
        if (same_name(name, row.name))
            return row.code;
    if ((name[0] == 'F' || name[0] == 'f') &&
        std::from_chars(name.data() + 1, end, number).ptr == end && number >= 1 && number <= 10)
        return static_cast<std::uint16_t>(58 + number);
    return std::nullopt;
}

std::optional<KeyStroke> us_key_stroke(char character) {
    if (character == 0)
        return std::nullopt;
    for (const UsRow& row : kUsRows)
        if (row.plain == character || row.shifted == character)
            return KeyStroke{row.code, row.shifted == character};
    return std::nullopt;
}

}  // namespace sudare::client

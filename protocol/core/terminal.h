// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/core/geometry.h"
#include "protocol/core/reader.h"
#include "protocol/core/writer.h"

// What a terminal tells about itself when a session opens: numbers and enums only.
namespace sudare {

enum class KeyboardLayout : std::uint8_t { kUs = 0, kJp = 1 };
enum class Locale : std::uint8_t { kJapanese = 0, kEnglish = 1 };

constexpr std::optional<KeyboardLayout> keyboard_from(std::uint8_t number) {
    return number <= 1 ? std::optional(static_cast<KeyboardLayout>(number)) : std::nullopt;
}
constexpr std::optional<Locale> locale_from(std::uint8_t number) {
    return number <= 1 ? std::optional(static_cast<Locale>(number)) : std::nullopt;
}

// The picture that a terminal wants: size in device pixels, scale in units of 1/120.
struct Display {
    Size size = *Size::make(1280, 720);
    std::uint16_t scale_120 = 120;
    friend bool operator==(const Display&, const Display&) = default;
};

// 6 bytes: u16 width, u16 height, u16 scale.
inline constexpr std::uint32_t kDisplayBytes = 6;
inline void write_display(Writer& out, const Display& display) {
    out.u16(display.size.width());
    out.u16(display.size.height());
    out.u16(display.scale_120);
}
inline std::optional<Display> read_display(Reader& in) {
    const std::uint16_t width = in.u16();
    const std::uint16_t height = in.u16();
    const std::uint16_t scale = in.u16();
    const auto size = Size::make(width, height);
    if (!in.ok() || !size || scale < limits::kScaleMin || scale > limits::kScaleMax)
        return std::nullopt;
    return Display{*size, scale};
}

}  // namespace sudare

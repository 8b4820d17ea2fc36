// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

namespace sudare::wire {

// Cursor shapes, numbered as wp_cursor_shape_device_v1.shape (1..34, CSS names), plus 0: hidden.
// Never a bitmap: the viewer draws its own (security.md C6, C10).
enum class Cursor : std::uint8_t {
    kHidden = 0, kDefault = 1, kContextMenu = 2, kHelp = 3, kPointer = 4, kProgress = 5, kWait = 6,
    kCell = 7, kCrosshair = 8, kText = 9, kVerticalText = 10, kAlias = 11, kCopy = 12, kMove = 13,
    kNoDrop = 14, kNotAllowed = 15, kGrab = 16, kGrabbing = 17, kEResize = 18, kNResize = 19,
    kNeResize = 20, kNwResize = 21, kSResize = 22, kSeResize = 23, kSwResize = 24, kWResize = 25,
    kEwResize = 26, kNsResize = 27, kNeswResize = 28, kNwseResize = 29, kColResize = 30,
    kRowResize = 31, kAllScroll = 32, kZoomIn = 33, kZoomOut = 34,
};

constexpr std::optional<Cursor> cursor_from(std::uint32_t number) {
    return number <= 34 ? std::optional(static_cast<Cursor>(number)) : std::nullopt;
}

}  // namespace sudare::wire

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "server/session/compositor/region.h"

// Where a menu goes: the rules of xdg_positioner, free of Wayland types. Logical coordinates,
// relative to the parent's window geometry.
namespace sudare::compositor {

// A side or a corner: -1 left or top, 0 middle, 1 right or bottom.
struct Direction {
    int x = 0;
    int y = 0;
    friend constexpr bool operator==(const Direction&, const Direction&) = default;
};

// Numbers 0..8 of xdg_positioner.anchor and .gravity; nothing for any other.
std::optional<Direction> direction_from(std::uint32_t value);

// Bits of xdg_positioner.constraint_adjustment.
enum Adjustment : std::uint32_t {
    kSlideX = 1,
    kSlideY = 2,
    kFlipX = 4,
    kFlipY = 8,
    kResizeX = 16,
    kResizeY = 32,
};

struct PopupRules {
    std::int32_t width = 0;   // > 0 when complete
    std::int32_t height = 0;  // > 0 when complete
    std::optional<Box> anchor_rect;
    Direction anchor;   // the point of anchor_rect that the popup is attached to
    Direction gravity;  // where the popup lies as seen from that point
    std::uint32_t adjustment = 0;
    Point offset;

    [[nodiscard]] bool complete() const { return width > 0 && height > 0 && anchor_rect; }
};

// Places the popup as the rules ask, then adjusts it, as far as they permit, to lie inside
// `bounds`: flip, else slide, else shrink, each axis on its own.
Box place_popup(const PopupRules& rules, const Box& bounds);

}  // namespace sudare::compositor

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "protocol/core/geometry.h"
#include "server/session/picture/framebuffer_view.h"

namespace sudare::picture {

inline constexpr std::uint32_t kCell = 64;  // side of the grid on which content is classified

// Photograph rather than text or drawing: every fourth row of the rectangle (at most kCell on a
// side) is sampled; a full cell of dense text shows up to 215 colours in its 1024 samples, one of
// a photograph 224 to 1000 (measured on tests/bench/pages with Chromium 156).
bool is_natural(const FramebufferView& frame, const Rect& cell);

// Rectangles parted by content. Together they cover the same pixels once.
struct Parted {
    std::vector<Rect> text;
    std::vector<Rect> natural;
};
Parted part_by_content(const FramebufferView& frame, std::span<const Rect> rects);

}  // namespace sudare::picture

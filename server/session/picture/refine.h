// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "protocol/core/geometry.h"
#include "server/session/picture/framebuffer_view.h"
#include "server/session/picture/shadow.h"

namespace sudare::picture {

// At most this many rectangles come out: half of what one Lossless block may name, which leaves
// the plan room to split some of them.
inline constexpr std::size_t kRefinedRectsMax = 512;

// Chromium reports one bounding rectangle a frame: a caret and a clock make it nearly the whole
// screen. Returns disjoint rectangles, tight to the pixels of `area` that differ from the shadow,
// from top to bottom; empty when nothing differs.
std::vector<Rect> refine(const FramebufferView& frame, const Shadow& shadow, const Rect& area);

}  // namespace sudare::picture

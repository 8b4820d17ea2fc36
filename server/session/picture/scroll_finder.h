// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "protocol/core/geometry.h"
#include "protocol/wire/update.h"
#include "server/session/picture/framebuffer_view.h"
#include "server/session/picture/shadow.h"

namespace sudare::picture {

// Finds what only moved up or down inside the damage. Fixed headers, side bars and scroll bars
// stay outside of the result. The operations have disjoint columns, so their order does not
// matter. They may carry along a few pixels that did not move: apply them to the shadow and refine
// against it, which finds whatever is still different. Empty when copying would not pay.
std::vector<wire::ScrollOp> find_scroll(const FramebufferView& frame, const Shadow& shadow,
                                        const Rect& area);

}  // namespace sudare::picture

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "server/session/compositor/pixel_store.h"
#include "server/session/compositor/scene_item.h"

namespace sudare::compositor {

// Paints the items over black into `target` (XRGB with the top byte kept at 0xFF), inside `dirty`
// only.
void paint(pixman_image_t* target, std::span<const SceneItem> items, const Region& dirty);

}  // namespace sudare::compositor

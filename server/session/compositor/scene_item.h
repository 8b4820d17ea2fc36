// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "server/session/compositor/region.h"
#include "server/session/compositor/surface_state.h"

// The scene as a flat list, bottom to top, in framebuffer pixels; pure logic on it.
namespace sudare::compositor {

class Surface;
class PixelStore;

struct SceneItem {
    std::uint64_t surface_id = 0;
    std::shared_ptr<Surface> surface;  // keeps `store` alive; null in tests
    const PixelStore* store = nullptr;
    Point origin;      // logical, where the surface's (0,0) is
    Box box;           // framebuffer pixels
    CropBox crop;      // the part of the buffer shown in it
    bool exact = true; // one buffer pixel is one framebuffer pixel
    Region opaque;     // framebuffer pixels that hide what is below
    bool hidden = false;     // set by mark_hidden()
    bool takes_input = true; // belongs to the topmost window
};

// Sets `hidden` on items of which no pixel can be seen.
void mark_hidden(std::vector<SceneItem>& items, const Box& screen);

// Where the picture may differ for geometric reasons: items that came, went, moved, were scaled
// or changed places. Changed contents are not included.
Region geometry_damage(std::span<const SceneItem> before, std::span<const SceneItem> after);

// Buffer pixels of one item as framebuffer pixels, widened when it is scaled.
Region to_screen(const SceneItem& item, const Region& buffer_damage);

// For each item the part of `dirty` in which it must be painted, taking away what opaque items
// above it cover; the last element is what is left for the background.
std::vector<Region> visible_parts(std::span<const SceneItem> items, const Region& dirty);

}  // namespace sudare::compositor

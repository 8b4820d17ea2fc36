// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/scene_item.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "server/session/compositor/compositor_limits.h"

namespace sudare::compositor {

namespace {

// What many opaque regions of many boxes leave falls into ever more pieces. From some number on
// nothing more is taken away: what is below is then painted in vain, and painted over.
void take_away(Region& left, const Region& opaque) {
    if (left.count() <= kRegionBoxesMax)
        left.subtract(opaque);
}

}  // namespace

void mark_hidden(std::vector<SceneItem>& items, const Box& screen) {
    Region uncovered{screen};
    for (auto item = items.rbegin(); item != items.rend(); ++item) {
        Region part = uncovered;
        part.intersect(item->box);
        item->hidden = part.empty();
        take_away(uncovered, item->opaque);
    }
}

namespace {

bool same_place(const SceneItem& a, const SceneItem& b) {
    return a.surface_id == b.surface_id && a.box == b.box && a.crop == b.crop &&
           a.exact == b.exact;
}

}  // namespace

// Lists are short (a window, a menu, a bubble) and mostly equal: what is left after the common
// beginning and the common end is repainted. A changed place in the list is thereby covered too.
Region geometry_damage(std::span<const SceneItem> before, std::span<const SceneItem> after) {
    while (!before.empty() && !after.empty() && same_place(before.front(), after.front())) {
        before = before.subspan(1);
        after = after.subspan(1);
    }
    while (!before.empty() && !after.empty() && same_place(before.back(), after.back())) {
        before = before.first(before.size() - 1);
        after = after.first(after.size() - 1);
    }
    Region damage;
    for (const SceneItem& item : before)
        damage.add(item.box);
    for (const SceneItem& item : after)
        damage.add(item.box);
    return damage;
}

Region to_screen(const SceneItem& item, const Region& buffer_damage) {
    Region result;
    if (item.exact) {
        result = buffer_damage;
        result.move({item.box.x - static_cast<std::int32_t>(item.crop.x),
                     item.box.y - static_cast<std::int32_t>(item.crop.y)});
    } else if (item.crop.width > 0 && item.crop.height > 0) {
        const double sx = item.box.width / item.crop.width;
        const double sy = item.box.height / item.crop.height;
        for (const pixman_box32_t& box : buffer_damage.boxes()) {
            // One pixel more on each side: the bilinear filter reads its neighbours.
            const auto left = static_cast<std::int64_t>(std::floor((box.x1 - item.crop.x) * sx)) - 1;
            const auto top = static_cast<std::int64_t>(std::floor((box.y1 - item.crop.y) * sy)) - 1;
            const auto right = static_cast<std::int64_t>(std::ceil((box.x2 - item.crop.x) * sx)) + 1;
            const auto bottom =
                static_cast<std::int64_t>(std::ceil((box.y2 - item.crop.y) * sy)) + 1;
            result.add(Box::clamped(item.box.x + left, item.box.y + top, right - left,
                                    bottom - top));
        }
    }
    result.intersect(item.box);
    return result;
}

std::vector<Region> visible_parts(std::span<const SceneItem> items, const Region& dirty) {
    std::vector<Region> parts(items.size() + 1);
    Region left = dirty;
    for (std::size_t i = items.size(); i-- > 0;) {
        parts[i] = left;
        parts[i].intersect(items[i].box);
        take_away(left, items[i].opaque);
    }
    parts.back() = std::move(left);
    return parts;
}

}  // namespace sudare::compositor

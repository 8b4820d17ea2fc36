// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/region.h"

namespace sudare::compositor {

void Region::add(const Box& box) {
    if (!box.empty())
        pixman_region32_union_rect(&region_, &region_, box.x, box.y,
                                   static_cast<unsigned>(box.width),
                                   static_cast<unsigned>(box.height));
}

void Region::subtract(const Box& box) {
    subtract(Region(box));
}

void Region::intersect(const Box& box) {
    intersect(Region(box));
}

void Region::simplify(int most) {
    if (pixman_region32_n_rects(&region_) > most)
        *this = Region(bounds());
}

bool Region::covers(const Box& box) const {
    pixman_box32_t asked{box.x, box.y, box.right(), box.bottom()};
    return !box.empty() &&
           pixman_region32_contains_rectangle(&region_, &asked) == PIXMAN_REGION_IN;
}

Box Region::bounds() const {
    return to_box(*pixman_region32_extents(&region_));
}

std::span<const pixman_box32_t> Region::boxes() const {
    int count = 0;
    const auto* boxes =
        pixman_region32_rectangles(&region_, &count);
    return {boxes, static_cast<std::size_t>(count)};
}

}  // namespace sudare::compositor

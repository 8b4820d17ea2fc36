// SPDX-License-Identifier: Apache-2.0
#include "server/session/picture/change.h"

#include <algorithm>
#include <cstdlib>

namespace sudare::picture {
namespace {

constexpr std::size_t kSmallPixels = 128 * 64;  // a word, a button
constexpr std::int32_t kNear = 200;             // pixels from the pointer

bool near(const Rect& rect, PointerPosition pointer) {
    const auto x = static_cast<std::int32_t>(rect.x() + rect.width() / 2);
    const auto y = static_cast<std::int32_t>(rect.y() + rect.height() / 2);
    return std::abs(x - pointer.x) <= kNear && std::abs(y - pointer.y) <= kNear;
}

int rank(const Rect& rect, PointerPosition pointer) {
    if (rect.pixels() > kSmallPixels)
        return 2;
    return near(rect, pointer) ? 0 : 1;
}

}  // namespace

void DamageList::add(const Rect& rect) {
    Rect grown = rect;
    for (bool joined = true; joined;) {
        joined = false;
        for (auto present = rects_.begin(); present != rects_.end(); ++present)
            if (present->intersects(grown) || rects_.size() == kMax) {
                grown = grown.united(*present);
                rects_.erase(present);
                joined = true;
                break;
            }
    }
    rects_.push_back(grown);
}

void order_for_user(std::vector<Rect>& rects, PointerPosition pointer) {
    std::stable_sort(rects.begin(), rects.end(), [pointer](const Rect& a, const Rect& b) {
        return rank(a, pointer) < rank(b, pointer);
    });
}

}  // namespace sudare::picture

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <span>
#include <utility>
#include <vector>

#include "protocol/core/geometry.h"
#include "protocol/wire/update.h"

namespace sudare::picture {

struct PointerPosition {
    std::int32_t x = 0, y = 0;
};

// Damage that has not been looked at yet, as a few rectangles: two commits far apart must not
// make the whole screen suspicious, and a thousand must not make a long list.
class DamageList {
public:
    static constexpr std::size_t kMax = 8;

    void add(const Rect& rect);
    void clear() { rects_.clear(); }
    [[nodiscard]] bool empty() const { return rects_.empty(); }
    std::vector<Rect> take() { return std::exchange(rects_, {}); }

private:
    std::vector<Rect> rects_;
};

// What one change still has to send. The viewer shows it when its last update arrives, so its
// list is fixed when it begins: what changes meanwhile belongs to the next one.
struct Change {
    bool active = false;
    bool snapshot = false;  // the next update of it carries the flag
    bool repaint = false;   // of quiet regions: gives way to anything new
    bool video = false;     // regions have frames to encode
    std::vector<wire::ScrollOp> scrolls;
    std::deque<Rect> text, natural;  // to be sent exactly, in this order

    [[nodiscard]] bool sent() const {
        return !snapshot && !video && scrolls.empty() && text.empty() && natural.empty();
    }
};

// Small rectangles near the pointer first, then small ones, then the rest as it was: what the
// user looks at must not wait for the bulk of a page.
void order_for_user(std::vector<Rect>& rects, PointerPosition pointer);

}  // namespace sudare::picture

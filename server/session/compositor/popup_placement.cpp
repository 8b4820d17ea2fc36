// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/popup_placement.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace sudare::compositor {

std::optional<Direction> direction_from(std::uint32_t value) {
    // none, top, bottom, left, right, top left, bottom left, top right, bottom right
    static constexpr std::array<Direction, 9> kDirections{
        {{0, 0}, {0, -1}, {0, 1}, {-1, 0}, {1, 0}, {-1, -1}, {-1, 1}, {1, -1}, {1, 1}}};
    if (value >= kDirections.size())
        return std::nullopt;
    return kDirections[value];
}

namespace {

// One axis of the problem; both axes are alike.
struct Axis {
    std::int32_t anchor_start;
    std::int32_t anchor_length;
    std::int32_t length;  // of the popup
    int anchor;
    int gravity;
    std::int32_t offset;
    std::int32_t low;   // bounds
    std::int32_t high;  // one past
    bool flip, slide, resize;
};

struct Span {
    std::int32_t start;
    std::int32_t length;
};

std::int32_t natural_start(const Axis& axis, int anchor, int gravity, std::int32_t offset) {
    const std::int32_t point =
        axis.anchor_start +
        (anchor < 0 ? 0 : anchor > 0 ? axis.anchor_length : axis.anchor_length / 2);
    const std::int32_t back = gravity < 0 ? axis.length : gravity > 0 ? 0 : axis.length / 2;
    return point - back + offset;
}

bool fits(const Axis& axis, std::int32_t start) {
    return start >= axis.low && start + axis.length <= axis.high;
}

Span solve(const Axis& axis) {
    Span span{natural_start(axis, axis.anchor, axis.gravity, axis.offset), axis.length};
    if (fits(axis, span.start))
        return span;
    if (axis.flip) {
        const std::int32_t flipped = natural_start(axis, -axis.anchor, -axis.gravity, -axis.offset);
        if (fits(axis, flipped))
            return {flipped, axis.length};
    }
    if (axis.slide) {
        // The beginning matters most when it fits nowhere: menus are read from their top left.
        span.start = std::max(std::min(span.start, axis.high - axis.length), axis.low);
        if (fits(axis, span.start))
            return span;
    }
    if (axis.resize) {
        const std::int32_t start = std::max(span.start, axis.low);
        const std::int32_t end = std::min(span.start + span.length, axis.high);
        if (end > start)
            return {start, end - start};
    }
    return span;
}

}  // namespace

Box place_popup(const PopupRules& rules, const Box& bounds) {
    const Box anchor = rules.anchor_rect.value_or(Box{});
    const auto may = [&rules](Adjustment bit) { return (rules.adjustment & bit) != 0; };
    const Span across = solve({anchor.x, anchor.width, rules.width, rules.anchor.x,
                               rules.gravity.x, rules.offset.x, bounds.x, bounds.right(),
                               may(kFlipX), may(kSlideX), may(kResizeX)});
    const Span down = solve({anchor.y, anchor.height, rules.height, rules.anchor.y,
                             rules.gravity.y, rules.offset.y, bounds.y, bounds.bottom(),
                             may(kFlipY), may(kSlideY), may(kResizeY)});
    return {across.start, down.start, across.length, down.length};
}

}  // namespace sudare::compositor

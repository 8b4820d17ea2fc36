// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "client/decoder/pipe.h"
#include "protocol/core/geometry.h"

namespace sudare::decoder {

// What an update touched: at most kMax rectangles that together cover all pixels that changed.
class DirtyRects {
public:
    static constexpr std::size_t kMax = kDirtyRectsMax;

    void clear() { rects_.clear(); }

    // When full, the rectangle joins the one that grows least by it.
    void add(const Rect& rect) {
        for (const Rect& present : rects_)
            if (present.contains(rect))
                return;
        if (rects_.size() < kMax) {
            rects_.push_back(rect);
            return;
        }
        std::size_t best = 0;
        std::size_t least = std::numeric_limits<std::size_t>::max();
        for (std::size_t i = 0; i < rects_.size(); ++i) {
            const std::size_t growth = rects_[i].united(rect).pixels() - rects_[i].pixels();
            if (growth < least) {
                least = growth;
                best = i;
            }
        }
        rects_[best] = rects_[best].united(rect);
    }

    [[nodiscard]] std::span<const Rect> view() const { return rects_; }

private:
    std::vector<Rect> rects_;
};

}  // namespace sudare::decoder

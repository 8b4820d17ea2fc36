// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "protocol/core/geometry.h"
#include "server/session/picture/clock.h"
#include "server/session/picture/framebuffer_view.h"

namespace sudare::picture {

// Remembers which cells of the canvas changed in the last eight frames, and finds areas of
// natural content that keep changing.
class Motion {
public:
    explicit Motion(Size size);

    // One frame: what changed in it and did not merely scroll.
    void note(std::span<const Rect> changed, TimePoint now);

    // Rectangles with even edges around cells that changed in at least four of the last eight
    // frames, if a fair part of them is natural; not smaller than kSideMin.
    [[nodiscard]] std::vector<Rect> moving(const FramebufferView& frame,
                                           std::span<const Rect> changed) const;

    static constexpr std::uint32_t kSideMin = 96;  // smaller things are cheaper as exact blocks

private:
    [[nodiscard]] bool moves(std::uint32_t column, std::uint32_t row) const;
    void flood(std::uint32_t column, std::uint32_t row, std::vector<std::uint8_t>& seen,
               std::vector<std::uint32_t>& cells) const;

    Size size_;
    std::uint32_t columns_, rows_;
    std::vector<std::uint8_t> history_;  // a bit for each of the last eight frames, newest lowest
    TimePoint last_{};
};

// The smallest rectangle with even coordinates around it that fits on the canvas (the last odd
// column or row stays outside).
std::optional<Rect> even_around(const Rect& rect, Size canvas);

}  // namespace sudare::picture

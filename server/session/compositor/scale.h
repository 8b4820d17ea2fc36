// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "server/session/compositor/region.h"

namespace sudare::compositor {

// The factor from logical (surface) coordinates to framebuffer pixels, in 1/120 as
// wp_fractional_scale has it.
class Scale {
   public:
    constexpr explicit Scale(std::uint32_t v120 = 120) : v120_(v120) {}

    [[nodiscard]] constexpr std::uint32_t v120() const { return v120_; }
    [[nodiscard]] constexpr double factor() const { return v120_ / 120.0; }
    // For clients that know integers only: they draw larger and are scaled down.
    [[nodiscard]] constexpr std::int32_t integer() const {
        return static_cast<std::int32_t>((v120_ + 119) / 120);
    }
    // To the nearest pixel, halves up, also for negative coordinates.
    [[nodiscard]] constexpr std::int32_t to_device(std::int32_t logical) const {
        const std::int64_t scaled = std::int64_t{logical} * v120_ + 60;
        return static_cast<std::int32_t>(scaled >= 0 ? scaled / 120 : -((-scaled + 119) / 120));
    }
    [[nodiscard]] constexpr Point to_device(Point logical) const {
        return {to_device(logical.x), to_device(logical.y)};
    }
    // Both edges to the nearest pixel, so that adjoining boxes stay adjoining.
    [[nodiscard]] constexpr Box to_device(const Box& box) const {
        const std::int32_t left = to_device(box.x);
        const std::int32_t top = to_device(box.y);
        return {left, top, to_device(box.right()) - left, to_device(box.bottom()) - top};
    }
    [[nodiscard]] constexpr double to_logical(double device) const { return device / factor(); }
    // Rounded up: a window of this logical size covers all device pixels.
    [[nodiscard]] constexpr std::int32_t logical_cover(std::int32_t device) const {
        return static_cast<std::int32_t>((std::int64_t{device} * 120 + v120_ - 1) / v120_);
    }
    friend constexpr bool operator==(const Scale&, const Scale&) = default;

   private:
    std::uint32_t v120_;
};

}  // namespace sudare::compositor

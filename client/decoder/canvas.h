// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/core/geometry.h"

namespace sudare::decoder {

// The viewer's picture in memory that somebody else owns: 32-bit pixels 0xFFrrggbb in host byte
// order, rows without padding, so the row of y starts at pixel y * width.
struct Canvas {
    std::uint32_t* pixels;
    Size size;

    [[nodiscard]] std::uint32_t* at(std::uint32_t x, std::uint32_t y) const {
        return pixels + std::size_t{y} * size.width() + x;
    }
    [[nodiscard]] std::size_t stride_bytes() const { return std::size_t{size.width()} * 4; }
};

inline constexpr std::uint32_t kBlack = 0xFF000000;

}  // namespace sudare::decoder

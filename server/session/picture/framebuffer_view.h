// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "protocol/core/geometry.h"

namespace sudare::picture {

// The browser's picture, for reading: 32-bit pixels 0xFFrrggbb in host byte order (the top byte
// is always 0xFF). Same shape as compositor::Framebuffer; a type of its own, so that the encoder
// builds and runs without Wayland. Must stay valid until the next resize.
struct FramebufferView {
    const std::uint32_t* pixels = nullptr;
    std::size_t stride = 0;  // in pixels
    Size size;

    [[nodiscard]] const std::uint32_t* at(std::uint32_t x, std::uint32_t y) const {
        return pixels + y * stride + x;
    }
};

}  // namespace sudare::picture

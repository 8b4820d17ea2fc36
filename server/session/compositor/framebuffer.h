// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "protocol/core/geometry.h"

namespace sudare::compositor {

// What the compositor shows, for reading: 32-bit pixels 0xFFrrggbb in host byte order (the top
// byte is always 0xFF, so whole words may be compared). Private memory: no client can change it.
// Valid until the next resize; its pixels change only while the event loop runs.
struct Framebuffer {
    const std::uint32_t* pixels = nullptr;
    std::size_t stride = 0;  // in pixels
    Size size;

    [[nodiscard]] const std::uint32_t* row(std::size_t y) const { return pixels + y * stride; }
};

}  // namespace sudare::compositor

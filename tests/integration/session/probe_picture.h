// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <png.h>

#include <cstdint>
#include <cstdio>
#include <string>

#include "protocol/core/geometry.h"

// What both probes answer about a picture of 0xFFrrggbb pixels.
namespace sudare::probe {

inline bool write_png(const std::uint32_t* pixels, std::size_t stride, Size size,
                      const std::string& file) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = size.width();
    image.height = size.height();
    image.format = PNG_FORMAT_BGRA;  // 0xAARRGGBB, little-endian
    return png_image_write_to_file(&image, file.c_str(), 0, pixels,
                                   static_cast<png_int_32>(stride * 4), nullptr) != 0;
}

inline std::string pixel(const std::uint32_t* pixels, std::size_t stride, Size size, unsigned x,
                         unsigned y) {
    if (x >= size.width() || y >= size.height())
        return "failed outside";
    char text[32];
    std::snprintf(text, sizeof text, "ok %08x", pixels[y * stride + x]);
    return text;
}

}  // namespace sudare::probe

// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/picture/page_picture.h"

#include <png.h>

namespace sudare::bench {

std::optional<PagePicture> load_page(const std::string& path) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_file(&image, path.c_str()) == 0)
        return std::nullopt;
    image.format = PNG_FORMAT_BGRA;  // in memory; 0xAArrggbb on the machines that we run on
    PagePicture page{image.width, image.height, {}};
    page.pixels.resize(std::size_t{page.width} * page.height);
    if (png_image_finish_read(&image, nullptr, page.pixels.data(), 0, nullptr) == 0)
        return std::nullopt;
    for (std::uint32_t& pixel : page.pixels)
        pixel |= 0xFF000000;
    return page;
}

}  // namespace sudare::bench

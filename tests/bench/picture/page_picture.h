// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sudare::bench {

// A page as the browser drew it, higher than the screen: 32-bit pixels 0xFFrrggbb.
struct PagePicture {
    std::uint32_t width = 0, height = 0;
    std::vector<std::uint32_t> pixels;
};

// nullopt: no such file, or no PNG.
std::optional<PagePicture> load_page(const std::string& path);

}  // namespace sudare::bench

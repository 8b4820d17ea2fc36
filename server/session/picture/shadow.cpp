// SPDX-License-Identifier: Apache-2.0
#include "server/session/picture/shadow.h"

#include <algorithm>
#include <cstring>

namespace sudare::picture {

void Shadow::take(const FramebufferView& frame, const Rect& rect) {
    for (std::uint32_t y = rect.y(); y < rect.bottom(); ++y)
        std::memcpy(row(rect.x(), y), frame.at(rect.x(), y), std::size_t{rect.width()} * 4);
}

void Shadow::forget(const Rect& rect) {
    for (std::uint32_t y = rect.y(); y < rect.bottom(); ++y)
        std::fill_n(row(rect.x(), y), rect.width(), kUnknown);
}

void Shadow::scroll(const Rect& to, int dx, int dy) {
    const auto from_x = static_cast<std::uint32_t>(to.x() - dx);
    const std::size_t bytes = std::size_t{to.width()} * 4;
    for (std::uint32_t i = 0; i < to.height(); ++i) {
        // Downwards the last row moves first, so that no row is read after it was overwritten.
        const std::uint32_t y = dy > 0 ? to.bottom() - 1 - i : to.y() + i;
        std::memmove(row(to.x(), y),
                     row(from_x, static_cast<std::uint32_t>(static_cast<int>(y) - dy)), bytes);
    }
}

void Shadow::clear() {
    std::fill(pixels_.begin(), pixels_.end(), kBlack);
}

}  // namespace sudare::picture

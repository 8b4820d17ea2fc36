// SPDX-License-Identifier: Apache-2.0
#include "client/core/canvas.h"

#include <cstring>

namespace sudare::client {

void Canvas::reset(Size size) {
    image_ = QImage(size.width(), size.height(), QImage::Format_RGB32);
    image_.fill(Qt::black);
}

bool Canvas::copy(std::span<const std::uint8_t> shared, Size size, std::span<const Rect> dirty) {
    if (image_.width() != size.width() || image_.height() != size.height() ||
        shared.size() < size.pixels() * 4)
        return false;
    const std::size_t stride = std::size_t{size.width()} * 4;
    for (const Rect& rect : dirty) {
        if (!Rect::whole(size).contains(rect))
            return false;
        for (std::uint32_t y = rect.y(); y < rect.bottom(); ++y)
            std::memcpy(image_.scanLine(static_cast<int>(y)) + std::size_t{rect.x()} * 4,
                        shared.data() + y * stride + std::size_t{rect.x()} * 4,
                        std::size_t{rect.width()} * 4);
    }
    return true;
}

}  // namespace sudare::client

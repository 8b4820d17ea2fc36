// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QRect>
#include <cstdint>
#include <span>
#include <vector>

#include "protocol/core/geometry.h"

namespace sudare::client {

// The viewer's own copy of the picture. The decoder's shared memory is written by a process that
// may be broken, so it is only ever copied from, pixel by pixel and inside bounds that this side
// computed; nothing in it is parsed, and no QImage points into it.
class Canvas {
   public:
    // Black and of the new size. QImage() before the first one.
    void reset(Size size);

    // Copies these rectangles out of rows of size.width() 32-bit pixels. False when `shared` is
    // too small for the size, or the size is not the canvas's.
    bool copy(std::span<const std::uint8_t> shared, Size size, std::span<const Rect> dirty);

    [[nodiscard]] const QImage& image() const { return image_; }
    [[nodiscard]] QSize size() const { return image_.size(); }

   private:
    QImage image_;
};

}  // namespace sudare::client

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "protocol/core/limits.h"

// Sizes and rectangles of the canvas, in device pixels, origin at the top left. A Size or a Rect
// that exists is valid: the only constructors are the checked ones below.
namespace sudare {

class Size {
   public:
    // Within limits::kWidthMin..kWidthMax and kHeightMin..kHeightMax.
    static constexpr std::optional<Size> make(std::uint32_t width, std::uint32_t height) {
        if (width < limits::kWidthMin || width > limits::kWidthMax ||
            height < limits::kHeightMin || height > limits::kHeightMax)
            return std::nullopt;
        return Size(static_cast<std::uint16_t>(width), static_cast<std::uint16_t>(height));
    }

    [[nodiscard]] constexpr std::uint16_t width() const { return width_; }
    [[nodiscard]] constexpr std::uint16_t height() const { return height_; }
    [[nodiscard]] constexpr std::size_t pixels() const {
        return static_cast<std::size_t>(width_) * height_;
    }
    friend constexpr bool operator==(const Size&, const Size&) = default;

   private:
    constexpr Size(std::uint16_t width, std::uint16_t height) : width_(width), height_(height) {}
    std::uint16_t width_;
    std::uint16_t height_;
};

// Not empty and wholly inside the canvas that it was made for.
class Rect {
   public:
    static constexpr std::optional<Rect> make(std::uint32_t x, std::uint32_t y, std::uint32_t width,
                                              std::uint32_t height, Size canvas) {
        if (width == 0 || height == 0 || width > canvas.width() || height > canvas.height() ||
            x > canvas.width() - width || y > canvas.height() - height)
            return std::nullopt;
        return Rect(static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y),
                    static_cast<std::uint16_t>(width), static_cast<std::uint16_t>(height));
    }
    static constexpr Rect whole(Size canvas) {
        return Rect(0, 0, canvas.width(), canvas.height());
    }
    // The part of a possibly outlying rectangle that lies on the canvas, if any.
    static constexpr std::optional<Rect> clip(std::int64_t x, std::int64_t y, std::int64_t width,
                                              std::int64_t height, Size canvas) {
        if (width <= 0 || height <= 0)
            return std::nullopt;
        const std::int64_t left = x < 0 ? 0 : x;
        const std::int64_t top = y < 0 ? 0 : y;
        const std::int64_t right = x + width < canvas.width() ? x + width : canvas.width();
        const std::int64_t bottom = y + height < canvas.height() ? y + height : canvas.height();
        if (left >= right || top >= bottom)
            return std::nullopt;
        return Rect(static_cast<std::uint16_t>(left), static_cast<std::uint16_t>(top),
                    static_cast<std::uint16_t>(right - left),
                    static_cast<std::uint16_t>(bottom - top));
    }

    [[nodiscard]] constexpr std::uint16_t x() const { return x_; }
    [[nodiscard]] constexpr std::uint16_t y() const { return y_; }
    [[nodiscard]] constexpr std::uint16_t width() const { return width_; }
    [[nodiscard]] constexpr std::uint16_t height() const { return height_; }
    [[nodiscard]] constexpr std::uint32_t right() const { return std::uint32_t{x_} + width_; }
    [[nodiscard]] constexpr std::uint32_t bottom() const { return std::uint32_t{y_} + height_; }
    [[nodiscard]] constexpr std::size_t pixels() const {
        return static_cast<std::size_t>(width_) * height_;
    }
    [[nodiscard]] constexpr bool contains(const Rect& other) const {
        return other.x_ >= x_ && other.y_ >= y_ && other.right() <= right() &&
               other.bottom() <= bottom();
    }
    [[nodiscard]] constexpr bool intersects(const Rect& other) const {
        return x_ < other.right() && other.x_ < right() && y_ < other.bottom() &&
               other.y_ < bottom();
    }
    // The smallest rectangle that holds both; of one canvas, so it is valid again.
    [[nodiscard]] constexpr Rect united(const Rect& other) const {
        const std::uint16_t left = x_ < other.x_ ? x_ : other.x_;
        const std::uint16_t top = y_ < other.y_ ? y_ : other.y_;
        const std::uint32_t far_x = right() > other.right() ? right() : other.right();
        const std::uint32_t far_y = bottom() > other.bottom() ? bottom() : other.bottom();
        return Rect(left, top, static_cast<std::uint16_t>(far_x - left),
                    static_cast<std::uint16_t>(far_y - top));
    }
    [[nodiscard]] constexpr std::optional<Rect> intersected(const Rect& other) const {
        if (!intersects(other))
            return std::nullopt;
        const std::uint16_t left = x_ > other.x_ ? x_ : other.x_;
        const std::uint16_t top = y_ > other.y_ ? y_ : other.y_;
        const std::uint32_t far_x = right() < other.right() ? right() : other.right();
        const std::uint32_t far_y = bottom() < other.bottom() ? bottom() : other.bottom();
        return Rect(left, top, static_cast<std::uint16_t>(far_x - left),
                    static_cast<std::uint16_t>(far_y - top));
    }
    friend constexpr bool operator==(const Rect&, const Rect&) = default;

   private:
    constexpr Rect(std::uint16_t x, std::uint16_t y, std::uint16_t width, std::uint16_t height)
        : x_(x), y_(y), width_(width), height_(height) {}
    std::uint16_t x_, y_, width_, height_;
};

}  // namespace sudare

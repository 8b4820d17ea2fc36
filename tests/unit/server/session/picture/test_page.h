// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "server/session/picture/framebuffer_view.h"

namespace sudare::picture {

// A framebuffer that tests paint on, with pixels that look like a page's: glyph-like marks with
// grey edges, or photograph-like gradients with noise. Deterministic by its seed.
class TestPage {
public:
    TestPage(std::uint32_t width, std::uint32_t height, unsigned seed = 1)
        : size_(*Size::make(width, height)), pixels_(size_.pixels(), 0xFFFFFFFF), random_(seed) {}

    [[nodiscard]] Size size() const { return size_; }
    [[nodiscard]] FramebufferView view() const { return {pixels_.data(), size_.width(), size_}; }
    [[nodiscard]] Rect whole() const { return Rect::whole(size_); }
    [[nodiscard]] Rect rect(std::uint32_t x, std::uint32_t y, std::uint32_t w,
                            std::uint32_t h) const {
        return *Rect::make(x, y, w, h, size_);
    }
    std::uint32_t& at(std::uint32_t x, std::uint32_t y) {
        return pixels_[std::size_t{y} * size_.width() + x];
    }

    void fill(const Rect& rect, std::uint32_t colour) {
        each(rect, [&](std::uint32_t, std::uint32_t) { return colour; });
    }
    // Lines of marks, 20 pixels apart, in shades of one ink.
    void text(const Rect& rect) {
        for (std::uint32_t top = rect.y(); top + 16 <= rect.bottom(); top += 20)
            for (std::uint32_t x = rect.x(); x + 14 <= rect.right(); x += 15)
                glyph(x, top);
    }
    void glyph(std::uint32_t x, std::uint32_t y) {
        for (int stroke = 0; stroke < 5; ++stroke) {
            const std::uint32_t at_x = x + any(12);
            const std::uint32_t at_y = y + any(12);
            const std::uint32_t shade = any(200);
            const std::uint32_t ink = 0xFF000000 | shade << 16 | shade << 8 | shade;
            for (std::uint32_t i = 0; i < 10; ++i)
                if (stroke % 2 == 0 && at_x + i < x + 14)
                    at(at_x + i, at_y) = ink;
                else if (stroke % 2 != 0 && at_y + i < y + 16)
                    at(at_x, at_y + i) = ink;
        }
    }
    void photo(const Rect& rect, std::uint32_t phase = 0) {
        each(rect, [&](std::uint32_t x, std::uint32_t y) {
            const std::uint32_t noise = any(3);
            const std::uint32_t r = (x / 3 + phase + noise) % 256;
            const std::uint32_t g = (y / 2 + phase / 2 + noise) % 256;
            const std::uint32_t b = ((x + y) / 5 + noise) % 256;
            return 0xFF000000 | r << 16 | g << 8 | b;
        });
    }
    // Moves what is in rect up by `by` rows; the rows that become free are left to the caller.
    void scroll_up(const Rect& rect, std::uint32_t by) {
        for (std::uint32_t y = rect.y(); y + by < rect.bottom(); ++y)
            for (std::uint32_t x = rect.x(); x < rect.right(); ++x)
                at(x, y) = at(x, y + by);
    }
    void scroll_down(const Rect& rect, std::uint32_t by) {
        for (std::uint32_t y = rect.bottom(); y-- > rect.y() + by;)
            for (std::uint32_t x = rect.x(); x < rect.right(); ++x)
                at(x, y) = at(x, y - by);
    }

    // A number below `below`.
    std::uint32_t any(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }

private:
    template <typename Colour>
    void each(const Rect& rect, Colour&& colour) {
        for (std::uint32_t y = rect.y(); y < rect.bottom(); ++y)
            for (std::uint32_t x = rect.x(); x < rect.right(); ++x)
                at(x, y) = colour(x, y);
    }

    Size size_;
    std::vector<std::uint32_t> pixels_;
    std::mt19937 random_;
};

}  // namespace sudare::picture

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pixman.h>

#include <cstdint>
#include <span>
#include <utility>

// Boxes and sets of boxes. Coordinates may be negative and may lie outside everything: they come
// from the browser. They are clamped once, by clamp_coordinate, where they enter.
namespace sudare::compositor {

// Far beyond any canvas (limits::kWidthMax), far below where int32 sums overflow.
inline constexpr std::int32_t kCoordinateMax = 1 << 16;

constexpr std::int32_t clamp_coordinate(std::int64_t value) {
    return static_cast<std::int32_t>(value < -kCoordinateMax  ? -kCoordinateMax
                                     : value > kCoordinateMax ? kCoordinateMax
                                                              : value);
}

struct Point {
    std::int32_t x = 0;
    std::int32_t y = 0;
    friend constexpr bool operator==(const Point&, const Point&) = default;
    friend constexpr Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
    friend constexpr Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
};

// For sums of what a client chose: nested as deeply as it likes, they stay where sums are safe.
constexpr Point clamped(Point point) {
    return {clamp_coordinate(point.x), clamp_coordinate(point.y)};
}

struct Box {
    std::int32_t x = 0;
    std::int32_t y = 0;
    std::int32_t width = 0;
    std::int32_t height = 0;

    // With every edge clamped, from values that a client chose.
    static constexpr Box clamped(std::int64_t x, std::int64_t y, std::int64_t width,
                                 std::int64_t height) {
        const std::int32_t left = clamp_coordinate(x);
        const std::int32_t top = clamp_coordinate(y);
        return {left, top, clamp_coordinate(x + width) - left, clamp_coordinate(y + height) - top};
    }
    [[nodiscard]] constexpr bool empty() const { return width <= 0 || height <= 0; }
    [[nodiscard]] constexpr std::int32_t right() const { return x + width; }
    [[nodiscard]] constexpr std::int32_t bottom() const { return y + height; }
    [[nodiscard]] constexpr Box moved(Point by) const { return {x + by.x, y + by.y, width, height}; }
    friend constexpr bool operator==(const Box&, const Box&) = default;
};

// A set of pixels as non-overlapping boxes (pixman's banded regions).
class Region {
   public:
    Region() { pixman_region32_init(&region_); }
    explicit Region(const Box& box) : Region() { add(box); }
    Region(const Region& other) : Region() { pixman_region32_copy(&region_, &other.region_); }
    Region(Region&& other) noexcept : Region() { std::swap(region_, other.region_); }
    Region& operator=(Region other) noexcept {
        std::swap(region_, other.region_);
        return *this;
    }
    ~Region() { pixman_region32_fini(&region_); }

    void add(const Box& box);
    void add(const Region& other) { pixman_region32_union(&region_, &region_, &other.region_); }
    void subtract(const Box& box);
    void subtract(const Region& other) {
        pixman_region32_subtract(&region_, &region_, &other.region_);
    }
    void intersect(const Box& box);
    void intersect(const Region& other) {
        pixman_region32_intersect(&region_, &region_, &other.region_);
    }
    void move(Point by) { pixman_region32_translate(&region_, by.x, by.y); }
    void clear() { pixman_region32_clear(&region_); }
    // Replaces more than `most` boxes by their bounding box: a superset, cheap to work with.
    void simplify(int most);

    [[nodiscard]] int count() const { return pixman_region32_n_rects(&region_); }
    [[nodiscard]] bool empty() const { return !pixman_region32_not_empty(&region_); }
    [[nodiscard]] bool contains(Point point) const {
        return pixman_region32_contains_point(&region_, point.x, point.y, nullptr) != 0;
    }
    [[nodiscard]] bool covers(const Box& box) const;
    [[nodiscard]] Box bounds() const;
    [[nodiscard]] std::span<const pixman_box32_t> boxes() const;
    [[nodiscard]] const pixman_region32_t* pixman() const { return &region_; }

   private:
    pixman_region32_t region_;
};

constexpr Box to_box(const pixman_box32_t& box) {
    return {box.x1, box.y1, box.x2 - box.x1, box.y2 - box.y1};
}

}  // namespace sudare::compositor

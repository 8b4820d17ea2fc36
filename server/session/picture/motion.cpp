// SPDX-License-Identifier: Apache-2.0
#include "server/session/picture/motion.h"

#include <algorithm>
#include <bit>
#include <optional>

#include "server/session/picture/natural.h"

namespace sudare::picture {
namespace {

constexpr int kFramesMoving = 4;           // of eight
constexpr milliseconds kForget{400};       // a pause this long ends a movement
constexpr std::uint32_t kNaturalPart = 3;  // at least one cell of so many

}  // namespace

Motion::Motion(Size size)
    : size_(size),
      columns_((size.width() + kCell - 1) / kCell),
      rows_((size.height() + kCell - 1) / kCell),
      history_(std::size_t{columns_} * rows_) {}

void Motion::note(std::span<const Rect> changed, TimePoint now) {
    if (now - last_ > kForget)
        std::fill(history_.begin(), history_.end(), std::uint8_t{0});
    last_ = now;
    for (std::uint8_t& cell : history_)
        cell = static_cast<std::uint8_t>(cell << 1);
    for (const Rect& rect : changed)
        for (std::uint32_t row = rect.y() / kCell; row <= (rect.bottom() - 1) / kCell; ++row)
            for (std::uint32_t column = rect.x() / kCell; column <= (rect.right() - 1) / kCell;
                 ++column)
                history_[row * columns_ + column] |= 1;
}

bool Motion::moves(std::uint32_t column, std::uint32_t row) const {
    return std::popcount(history_[row * columns_ + column]) >= kFramesMoving;
}

// Connected moving cells, by an explicit stack of at most all cells.
void Motion::flood(std::uint32_t column, std::uint32_t row, std::vector<std::uint8_t>& seen,
                   std::vector<std::uint32_t>& cells) const {
    std::vector<std::uint32_t> open{row * columns_ + column};
    seen[open.back()] = 1;
    while (!open.empty()) {
        const std::uint32_t cell = open.back();
        open.pop_back();
        cells.push_back(cell);
        const std::uint32_t x = cell % columns_, y = cell / columns_;
        const auto visit = [&](std::uint32_t to_x, std::uint32_t to_y) {
            if (to_x < columns_ && to_y < rows_ && seen[to_y * columns_ + to_x] == 0 &&
                moves(to_x, to_y)) {
                seen[to_y * columns_ + to_x] = 1;
                open.push_back(to_y * columns_ + to_x);
            }
        };
        visit(x - 1, y);  // wraps to a huge number at the edge, which the test refuses
        visit(x + 1, y);
        visit(x, y - 1);
        visit(x, y + 1);
    }
}

std::vector<Rect> Motion::moving(const FramebufferView& frame,
                                 std::span<const Rect> changed) const {
    std::vector<Rect> found;
    std::vector<std::uint8_t> seen(history_.size());
    for (std::uint32_t start = 0; start < history_.size(); ++start) {
        if (seen[start] != 0 || !moves(start % columns_, start / columns_))
            continue;
        std::vector<std::uint32_t> cells;
        flood(start % columns_, start / columns_, seen, cells);
        std::optional<Rect> bounds, tight;
        std::size_t natural = 0;
        for (const std::uint32_t cell : cells) {
            const auto rect =
                Rect::clip(cell % columns_ * kCell, cell / columns_ * kCell, kCell, kCell, size_);
            natural += is_natural(frame, *rect) ? 1 : 0;
            bounds = bounds ? bounds->united(*rect) : *rect;
        }
        for (const Rect& rect : changed)
            if (const auto part = bounds->intersected(rect))
                tight = tight ? tight->united(*part) : *part;
        const auto region = tight ? even_around(*tight, size_) : std::nullopt;
        if (region && natural * kNaturalPart >= cells.size() && region->width() >= kSideMin &&
            region->height() >= kSideMin)
            found.push_back(*region);
    }
    return found;
}

std::optional<Rect> even_around(const Rect& rect, Size canvas) {
    const std::uint32_t x = rect.x() & ~1U;
    const std::uint32_t y = rect.y() & ~1U;
    const std::uint32_t right = std::min((rect.right() + 1) & ~1U, canvas.width() & ~1U);
    const std::uint32_t bottom = std::min((rect.bottom() + 1) & ~1U, canvas.height() & ~1U);
    if (x >= right || y >= bottom)
        return std::nullopt;
    return Rect::make(x, y, right - x, bottom - y, canvas);
}

}  // namespace sudare::picture

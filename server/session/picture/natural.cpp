// SPDX-License-Identifier: Apache-2.0
#include "server/session/picture/natural.h"

#include <algorithm>
#include <array>

namespace sudare::picture {
namespace {

constexpr std::size_t kColoursOfText = 220;  // in the samples of a full cell
constexpr std::size_t kSlots = 1024;

// A run of cells of one kind in one row of cells.
struct Run {
    Rect rect;
    bool natural;
};

void add_run(std::vector<Run>& runs, std::size_t row_start, const Run& cell) {
    if (runs.size() > row_start && runs.back().natural == cell.natural)
        runs.back().rect = runs.back().rect.united(cell.rect);
    else
        runs.push_back(cell);
}

// Joins a rectangle to one of the same columns that ends where it begins.
void stack(std::vector<Rect>& rects, const Rect& rect) {
    for (Rect& above : rects)
        if (above.x() == rect.x() && above.width() == rect.width() && above.bottom() == rect.y()) {
            above = above.united(rect);
            return;
        }
    rects.push_back(rect);
}

std::uint32_t next_line(std::uint32_t at, std::uint32_t end) {
    return std::min((at / kCell + 1) * kCell, end);
}

void part_one(const FramebufferView& frame, const Rect& rect, Parted& parted) {
    std::vector<Run> runs;
    bool any_natural = false;
    for (std::uint32_t y = rect.y(); y < rect.bottom(); y = next_line(y, rect.bottom())) {
        const std::size_t row_start = runs.size();
        for (std::uint32_t x = rect.x(); x < rect.right(); x = next_line(x, rect.right())) {
            const auto cell = Rect::make(x, y, next_line(x, rect.right()) - x,
                                         next_line(y, rect.bottom()) - y, frame.size);
            const Run run{*cell, is_natural(frame, *cell)};
            any_natural = any_natural || run.natural;
            add_run(runs, row_start, run);
        }
    }
    if (!any_natural) {
        parted.text.push_back(rect);  // whole: zstd finds more in long rows
        return;
    }
    for (const Run& run : runs)
        stack(run.natural ? parted.natural : parted.text, run.rect);
}

}  // namespace

bool is_natural(const FramebufferView& frame, const Rect& cell) {
    std::array<std::uint32_t, kSlots> slots{};  // 0: free; no pixel of a frame is 0
    std::size_t colours = 0, samples = 0;
    for (std::uint32_t y = cell.y(); y < cell.bottom(); y += 4) {
        const std::uint32_t* row = frame.at(cell.x(), y);
        std::uint32_t last = 0;
        for (std::uint32_t x = 0; x < cell.width(); ++x, ++samples) {
            if (row[x] == last)
                continue;
            last = row[x];
            std::size_t at = last * 0x9E3779B1U >> 22;
            while (slots[at] != 0 && slots[at] != last)
                at = (at + 1) % kSlots;
            if (slots[at] == last)
                continue;
            slots[at] = last;
            if (++colours > kColoursOfText)
                return true;
        }
    }
    // A small piece at an edge: nearly every sample another colour.
    return samples >= 128 && colours * 4 > samples * 3;
}

Parted part_by_content(const FramebufferView& frame, std::span<const Rect> rects) {
    Parted parted;
    for (const Rect& rect : rects) {
        if (rect.width() < kCell / 2 || rect.height() < kCell / 2)
            parted.text.push_back(rect);
        else
            part_one(frame, rect, parted);
    }
    return parted;
}

}  // namespace sudare::picture

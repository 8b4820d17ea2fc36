// SPDX-License-Identifier: Apache-2.0
#include "server/session/picture/refine.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace sudare::picture {
namespace {

constexpr std::uint32_t kBand = 16;  // rows that are looked at together: about a line of text
constexpr std::uint32_t kCell = 64;  // columns: one memcmp each
// Differences closer than this share a rectangle; another rectangle costs 8 bytes and a break in
// zstd's matches, as much as a few dozen unchanged pixels.
constexpr std::uint32_t kGap = 16;
constexpr std::size_t kSlackPixels = 512;

struct Box {
    std::uint32_t left, top, right, bottom;
    std::size_t filled = 0;  // pixels of the tight boxes of single cells that it was made of

    [[nodiscard]] std::size_t pixels() const { return std::size_t{right - left} * (bottom - top); }
    [[nodiscard]] Box united(const Box& other) const {
        return {std::min(left, other.left), std::min(top, other.top), std::max(right, other.right),
                std::max(bottom, other.bottom), filled + other.filled};
    }
    // Joining wastes at most a quarter, counted from the cells: a join of joins wastes no more.
    [[nodiscard]] bool pays() const { return pixels() <= filled + filled / 4 + kSlackPixels; }
};

class Refiner {
public:
    Refiner(const FramebufferView& frame, const Shadow& shadow, const Rect& area)
        : frame_(frame), shadow_(shadow), area_(area) {}

    std::vector<Box> run() {
        for (std::uint32_t y = area_.y(); y < area_.bottom();) {
            const std::uint32_t end = std::min((y / kBand + 1) * kBand, area_.bottom());
            close_band(scan_band(y, end), y);
            y = end;
        }
        done_.insert(done_.end(), open_.begin(), open_.end());
        return std::move(done_);
    }

private:
    [[nodiscard]] bool differs(std::uint32_t x, std::uint32_t y, std::uint32_t count) const {
        return std::memcmp(frame_.at(x, y), shadow_.at(x, y), std::size_t{count} * 4) != 0;
    }

    // The columns of [left, right) between which row y differs; empty when it does not.
    [[nodiscard]] std::pair<std::uint32_t, std::uint32_t> changed_span(std::uint32_t y,
                                                                       std::uint32_t left,
                                                                       std::uint32_t right) const {
        const std::uint32_t* now = frame_.at(0, y);
        const std::uint32_t* then = shadow_.at(0, y);
        while (left < right && now[left] == then[left])
            ++left;
        while (right > left && now[right - 1] == then[right - 1])
            --right;
        return {left, right};
    }

    // Tight boxes of the cells of one band, neighbours joined, from left to right.
    std::vector<Box> scan_band(std::uint32_t top, std::uint32_t bottom) {
        std::vector<Box> boxes;
        std::uint32_t y = top;
        while (y < bottom && !differs(area_.x(), y, area_.width()))
            ++y;
        if (y == bottom)
            return boxes;
        for (std::uint32_t x = area_.x(); x < area_.right();) {
            const std::uint32_t end = std::min((x / kCell + 1) * kCell, area_.right());
            add_cell(boxes, scan_cell(x, end, y, bottom));
            x = end;
        }
        return boxes;
    }

    [[nodiscard]] Box scan_cell(std::uint32_t left, std::uint32_t right, std::uint32_t top,
                                std::uint32_t bottom) const {
        Box box{right, bottom, left, top, 0};  // inside out: empty
        for (std::uint32_t y = top; y < bottom; ++y) {
            if (!differs(left, y, right - left))
                continue;
            const auto [first, last] = changed_span(y, left, right);
            box = {std::min(box.left, first), std::min(box.top, y), std::max(box.right, last),
                   y + 1, 0};
        }
        if (box.left < box.right)
            box.filled = box.pixels();
        return box;
    }

    static void add_cell(std::vector<Box>& boxes, const Box& cell) {
        if (cell.left >= cell.right)
            return;
        if (!boxes.empty() && cell.left - boxes.back().right <= kGap &&
            boxes.back().united(cell).pays())
            boxes.back() = boxes.back().united(cell);
        else
            boxes.push_back(cell);
    }

    // Joins the boxes of a band with those above them where little is wasted by it.
    void close_band(std::vector<Box> boxes, std::uint32_t top) {
        std::vector<Box> kept_open;
        for (Box& box : boxes) {
            for (auto above = open_.begin(); above != open_.end();) {
                const Box both = box.united(*above);
                if (box.top - above->bottom <= kGap && both.pays()) {
                    box = both;
                    above = open_.erase(above);
                } else {
                    ++above;
                }
            }
            kept_open.push_back(box);
        }
        for (const Box& box : open_) {
            if (top - std::min(top, box.bottom) <= kGap && boxes.empty())
                kept_open.push_back(box);
            else
                done_.push_back(box);
        }
        open_ = std::move(kept_open);
    }

    const FramebufferView& frame_;
    const Shadow& shadow_;
    const Rect& area_;
    std::vector<Box> open_;  // may still grow downwards
    std::vector<Box> done_;
};

bool overlap(const Box& a, const Box& b) {
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

// Joining may have made boxes overlap; a pixel must not be sent twice. Those before `i` are
// disjoint; one that grew by a join is looked at again.
void join_overlaps(std::vector<Box>& boxes) {
    for (std::size_t i = 1; i < boxes.size();) {
        std::size_t k = 0;
        while (k < i && !overlap(boxes[i], boxes[k]))
            ++k;
        if (k == i) {
            ++i;
            continue;
        }
        boxes[i] = boxes[i].united(boxes[k]);
        boxes.erase(boxes.begin() + static_cast<std::ptrdiff_t>(k));
        --i;
    }
}

void limit_count(std::vector<Box>& boxes) {
    while (boxes.size() > kRefinedRectsMax) {
        std::vector<Box> halved;
        for (std::size_t i = 0; i < boxes.size(); i += 2)
            halved.push_back(i + 1 < boxes.size() ? boxes[i].united(boxes[i + 1]) : boxes[i]);
        boxes = std::move(halved);
        join_overlaps(boxes);
    }
}

}  // namespace

std::vector<Rect> refine(const FramebufferView& frame, const Shadow& shadow, const Rect& area) {
    std::vector<Box> boxes = Refiner(frame, shadow, area).run();
    limit_count(boxes);
    join_overlaps(boxes);
    std::sort(boxes.begin(), boxes.end(), [](const Box& a, const Box& b) {
        return a.top != b.top ? a.top < b.top : a.left < b.left;
    });
    std::vector<Rect> rects;
    rects.reserve(boxes.size());
    for (const Box& box : boxes)
        if (const auto rect = Rect::make(box.left, box.top, box.right - box.left,
                                         box.bottom - box.top, frame.size))
            rects.push_back(*rect);
    return rects;
}

}  // namespace sudare::picture

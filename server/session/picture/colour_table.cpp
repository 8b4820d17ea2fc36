// SPDX-License-Identifier: Apache-2.0
#include "server/session/picture/colour_table.h"

#include <algorithm>
#include <numeric>

namespace sudare::picture {
namespace {

constexpr std::size_t hash(std::uint32_t colour) {
    return static_cast<std::size_t>(colour * 0x9E3779B1U >> 18);  // 14 bits: kSlots
}

}  // namespace

std::optional<std::uint16_t> ColourTable::number_of(std::uint32_t colour) {
    static_assert(kSlots == 1U << 14);
    for (std::size_t at = hash(colour);; at = (at + 1) % kSlots) {
        if (slots_[at] == 0) {
            if (entries_.size() == kColoursMax)
                return std::nullopt;
            entries_.push_back({colour, 0});
            slots_[at] = static_cast<std::uint16_t>(entries_.size());
        }
        if (entries_[slots_[at] - 1U].colour == colour)
            return static_cast<std::uint16_t>(slots_[at] - 1);
    }
}

bool ColourTable::count(std::span<const std::uint32_t> pixels) {
    slots_.fill(0);
    entries_.clear();
    numbers_.resize(pixels.size());
    std::size_t i = 0;
    while (i < pixels.size()) {
        const std::uint32_t colour = pixels[i];
        const auto number = number_of(colour);
        if (!number)
            return false;
        const std::size_t start = i;
        while (i < pixels.size() && pixels[i] == colour)  // pages are mostly runs of one colour
            numbers_[i++] = *number;
        entries_[*number].uses += static_cast<std::uint32_t>(i - start);
    }
    return true;
}

std::vector<std::uint16_t> ColourTable::frequent(std::size_t most) const {
    std::vector<std::uint16_t> order(entries_.size());
    std::iota(order.begin(), order.end(), std::uint16_t{0});
    const std::size_t count = std::min(most, order.size());
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count),
                      order.end(), [this](std::uint16_t a, std::uint16_t b) {
                          return entries_[a].uses != entries_[b].uses
                                     ? entries_[a].uses > entries_[b].uses
                                     : a < b;
                      });
    order.resize(count);
    return order;
}

}  // namespace sudare::picture

// SPDX-License-Identifier: Apache-2.0
#include "server/session/picture/colour_table.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace sudare::picture {
namespace {

constexpr std::uint32_t kFull = 0xFFFFFFFFU;
constexpr std::size_t kGroup = 8;  // pixels; pages are mostly runs of one colour

constexpr std::size_t hash(std::uint32_t colour) {
    return static_cast<std::size_t>(colour * 0x85EBCA6BU >> 18);  // 14 bits: kSlots
}

// Whether kGroup pixels are all of the first one's colour.
bool is_flat(const std::uint32_t* pixels) {
    const std::uint64_t twice = std::uint64_t{pixels[0]} << 32 | pixels[0];
    std::uint64_t words[kGroup / 2];
    std::memcpy(words, pixels, sizeof words);
    std::uint64_t difference = 0;
    for (const std::uint64_t word : words)
        difference |= word ^ twice;
    return difference == 0;
}

}  // namespace

// Only what was used: a glyph must not pay for a table that a page needs.
void ColourTable::clear() {
    for (const Entry& entry : entries_)
        slots_[entry.slot] = {};
    entries_.clear();
}

inline std::uint32_t ColourTable::number_of(std::uint32_t colour) {
    const std::size_t at = hash(colour);
    const Slot& slot = slots_[at];
    if (slot.colour == colour && slot.number_plus_one != 0) [[likely]]
        return slot.number_plus_one - 1;
    return search(colour, at);
}

// kFull: it is a new colour and there is no number left.
std::uint32_t ColourTable::search(std::uint32_t colour, std::size_t at) {
    static_assert(kSlots == 1U << 14);
    while (slots_[at].number_plus_one != 0 && slots_[at].colour != colour)
        at = (at + 1) % kSlots;
    if (slots_[at].number_plus_one == 0) {
        if (entries_.size() == kColoursMax)
            return kFull;
        entries_.push_back({colour, 0, static_cast<std::uint32_t>(at)});
        slots_[at] = {colour, static_cast<std::uint32_t>(entries_.size())};
    }
    return slots_[at].number_plus_one - 1;
}

// Without looking for runs: a wrong guess costs the processor more than looking each pixel up.
bool ColourTable::count_each(const std::uint32_t* pixels, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
        const std::uint32_t number = number_of(pixels[i]);
        if (number == kFull)
            return false;
        numbers_[i] = static_cast<std::uint16_t>(number);
        ++entries_[number].uses;
    }
    return true;
}

bool ColourTable::count(std::span<const std::uint32_t> pixels) {
    clear();
    numbers_.resize(pixels.size());
    const std::size_t whole = pixels.size() - pixels.size() % kGroup;
    std::uint32_t last = 0, number = kFull;  // of the last flat group: mostly the background
    for (std::size_t i = 0; i < whole; i += kGroup) {
        const std::uint32_t* group = pixels.data() + i;
        if (!is_flat(group)) {
            if (!count_each(pixels.data(), i, i + kGroup))
                return false;
            continue;
        }
        if (*group != last || number == kFull) {
            last = *group;
            number = number_of(last);
            if (number == kFull)
                return false;
        }
        std::fill_n(numbers_.begin() + static_cast<std::ptrdiff_t>(i), kGroup,
                    static_cast<std::uint16_t>(number));
        entries_[number].uses += kGroup;
    }
    return count_each(pixels.data(), whole, pixels.size());
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

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sudare::picture {

// Counts the colours of a block of pixels and gives each a number, up to kColoursMax.
class ColourTable {
public:
    // Dense Japanese text at 1080p has 400 to 1300 colours, a photograph tens of thousands.
    static constexpr std::size_t kColoursMax = 4096;

    // Numbers every pixel (numbers()[i] belongs to pixels[i]); false when there are too many
    // colours, which says that the block is no text.
    bool count(std::span<const std::uint32_t> pixels);

    [[nodiscard]] std::size_t colours() const { return entries_.size(); }
    [[nodiscard]] std::span<const std::uint16_t> numbers() const { return numbers_; }
    [[nodiscard]] std::uint32_t colour(std::size_t number) const { return entries_[number].colour; }
    [[nodiscard]] std::uint32_t uses(std::size_t number) const { return entries_[number].uses; }

    // The numbers of the `most` most frequent colours, most frequent first.
    [[nodiscard]] std::vector<std::uint16_t> frequent(std::size_t most) const;

private:
    static constexpr std::size_t kSlots = 4 * kColoursMax;  // a quarter full at most: short probes

    struct Entry {
        std::uint32_t colour;
        std::uint32_t uses;
        std::uint32_t slot;
    };
    // The colour stands beside its number, so that one look at memory answers for most pixels.
    struct Slot {
        std::uint32_t colour = 0;
        std::uint32_t number_plus_one = 0;  // 0: free
    };
    void clear();
    std::uint32_t number_of(std::uint32_t colour);
    std::uint32_t search(std::uint32_t colour, std::size_t at);
    bool count_each(const std::uint32_t* pixels, std::size_t begin, std::size_t end);

    std::array<Slot, kSlots> slots_{};
    std::vector<Entry> entries_;
    std::vector<std::uint16_t> numbers_;
};

}  // namespace sudare::picture

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sudare::wire {

// Most significant bit first, as in VP9's uncompressed header. Like Reader: past the end it
// yields zeroes and ok() stays false.
class BitReader {
public:
    explicit BitReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

    [[nodiscard]] bool ok() const { return position_ <= bytes_.size() * 8; }

    // count is at most 32.
    std::uint32_t take(unsigned count) {
        std::uint32_t value = 0;
        for (unsigned i = 0; i < count; ++i)
            value = value << 1 | bit();
        return value;
    }
    void skip(unsigned count) { position_ += count; }

    // Bytes after the one that holds the last bit read.
    [[nodiscard]] std::size_t whole_bytes_left() const {
        const std::size_t used = (position_ + 7) / 8;
        return used < bytes_.size() ? bytes_.size() - used : 0;
    }

private:
    std::uint32_t bit() {
        const std::size_t at = position_++;
        if (at / 8 >= bytes_.size())
            return 0;
        return bytes_[at / 8] >> (7 - at % 8) & 1U;
    }

    std::span<const std::uint8_t> bytes_;
    std::size_t position_ = 0;  // in bits; bounded by the layout that is read
};

}  // namespace sudare::wire

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

// Reads big-endian integers from a span that it does not own. A read past the end yields zeroes
// and makes ok() false for good, so that a parser reads its whole layout and asks once at the
// end: `if (!reader.at_end()) ...`. Never allocates, never throws.
namespace sudare {

class Reader {
   public:
    explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

    [[nodiscard]] bool ok() const { return ok_; }
    // Everything was there and nothing is left over: the condition of every exact layout.
    [[nodiscard]] bool at_end() const { return ok_ && bytes_.empty(); }
    [[nodiscard]] std::size_t remaining() const { return bytes_.size(); }

    std::uint8_t u8() { return static_cast<std::uint8_t>(big_endian(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(big_endian(2)); }
    std::uint32_t u24() { return static_cast<std::uint32_t>(big_endian(3)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(big_endian(4)); }
    std::uint64_t u64() { return big_endian(8); }
    std::int16_t i16() { return static_cast<std::int16_t>(u16()); }
    std::int64_t i64() { return static_cast<std::int64_t>(u64()); }

    // The next count bytes, as a view into the input; empty (and !ok) when they are not there.
    std::span<const std::uint8_t> bytes(std::size_t count) {
        if (!take(count))
            return {};
        const auto view = bytes_.first(count);
        bytes_ = bytes_.subspan(count);
        return view;
    }

    // Fills a fixed array; zeroes when the bytes are not there.
    template <std::size_t N>
    void fill(std::span<std::uint8_t, N> out) {
        const auto view = bytes(out.size());
        if (view.size() == out.size())
            std::memcpy(out.data(), view.data(), out.size());
        else
            std::memset(out.data(), 0, out.size());
    }

    std::span<const std::uint8_t> rest() { return bytes(bytes_.size()); }

   private:
    bool take(std::size_t count) {
        if (!ok_ || bytes_.size() < count) {
            ok_ = false;
            bytes_ = {};
            return false;
        }
        return true;
    }

    std::uint64_t big_endian(std::size_t count) {
        if (!take(count))
            return 0;
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < count; ++i)
            value = value << 8 | bytes_[i];
        bytes_ = bytes_.subspan(count);
        return value;
    }

    std::span<const std::uint8_t> bytes_;
    bool ok_ = true;
};

}  // namespace sudare

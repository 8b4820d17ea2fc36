// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

// Appends big-endian integers to a buffer with a hard maximum. Going above it is our own fault,
// not the peer's: ok() turns false, the buffer stays as it was, and the caller refuses to send.
namespace sudare {

class Writer {
   public:
    explicit Writer(std::size_t maximum) : maximum_(maximum) {}

    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] std::size_t size() const { return bytes_.size(); }
    [[nodiscard]] std::span<const std::uint8_t> view() const { return bytes_; }
    [[nodiscard]] std::vector<std::uint8_t> take() && { return std::move(bytes_); }

    void u8(std::uint8_t value) { big_endian(value, 1); }
    void u16(std::uint16_t value) { big_endian(value, 2); }
    void u24(std::uint32_t value) { big_endian(value, 3); }
    void u32(std::uint32_t value) { big_endian(value, 4); }
    void u64(std::uint64_t value) { big_endian(value, 8); }
    void i16(std::int16_t value) { u16(static_cast<std::uint16_t>(value)); }
    void i64(std::int64_t value) { u64(static_cast<std::uint64_t>(value)); }

    void bytes(std::span<const std::uint8_t> view) {
        if (room(view.size()))
            bytes_.insert(bytes_.end(), view.begin(), view.end());
    }

    void text(std::string_view view) {
        bytes({reinterpret_cast<const std::uint8_t*>(view.data()), view.size()});
    }

    // Overwrites 2 or 4 bytes written earlier (counts known only at the end).
    void patch_u16(std::size_t at, std::uint16_t value) {
        bytes_.at(at) = static_cast<std::uint8_t>(value >> 8);
        bytes_.at(at + 1) = static_cast<std::uint8_t>(value);
    }
    void patch_u32(std::size_t at, std::uint32_t value) {
        patch_u16(at, static_cast<std::uint16_t>(value >> 16));
        patch_u16(at + 2, static_cast<std::uint16_t>(value));
    }

   private:
    bool room(std::size_t count) {
        if (!ok_ || count > maximum_ - bytes_.size())
            ok_ = false;
        return ok_;
    }

    void big_endian(std::uint64_t value, unsigned count) {
        if (!room(count))
            return;
        for (unsigned i = count; i-- > 0;)
            bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }

    std::vector<std::uint8_t> bytes_;
    std::size_t maximum_;
    bool ok_ = true;
};

}  // namespace sudare

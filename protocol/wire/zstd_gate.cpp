// SPDX-License-Identifier: Apache-2.0
#include "protocol/wire/zstd_gate.h"

#include <algorithm>

#include "protocol/core/reader.h"

namespace sudare::wire {
namespace {

constexpr std::uint64_t kMagic = 0xFD2FB528;
constexpr std::size_t kBlockMax = 128U << 10;

// zstd is little-endian; Reader is not.
std::uint64_t little_endian(Reader& reader, unsigned count) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < count; ++i)
        value |= std::uint64_t{reader.u8()} << (8 * i);
    return value;
}

// Window_Descriptor: exponent in the upper five bits, mantissa in eighths in the lower three.
std::uint64_t window_size(std::uint8_t descriptor) {
    const std::uint64_t base = 1ULL << (10 + (descriptor >> 3));
    return base + base / 8 * (descriptor & 7U);
}

struct Header {
    std::uint64_t content = 0;
    std::uint64_t window = 0;
    bool checksum = false;
};

Result<Header> read_header(Reader& reader) {
    if (little_endian(reader, 4) != kMagic)
        return fail(Errc::kBadInput, "zstd: magic");
    const std::uint8_t descriptor = reader.u8();
    const unsigned size_code = descriptor >> 6;
    const bool single_segment = (descriptor & 0x20U) != 0;
    if ((descriptor & 0x18U) != 0 || (descriptor & 0x03U) != 0)
        return fail(Errc::kBadInput, "zstd: reserved bit or dictionary");
    if (size_code == 0 && !single_segment)
        return fail(Errc::kBadInput, "zstd: no content size");
    Header header;
    header.checksum = (descriptor & 0x04U) != 0;
    if (!single_segment)
        header.window = window_size(reader.u8());
    header.content = little_endian(reader, 1U << size_code);
    if (size_code == 1)
        header.content += 256;
    if (single_segment)
        header.window = header.content;
    else if (header.window > kZstdWindowMax)
        return fail(Errc::kLimit, "zstd: window");
    return header;
}

Result<void> walk_blocks(Reader& reader, std::uint64_t block_max) {
    enum : unsigned { kRaw = 0, kRle = 1, kCompressed = 2 };
    for (bool last = false; !last;) {
        const auto block = static_cast<std::uint32_t>(little_endian(reader, 3));
        last = (block & 1U) != 0;
        const unsigned type = (block >> 1) & 3U;
        const std::uint32_t size = block >> 3;
        if (!reader.ok() || type > kCompressed || size > block_max)
            return fail(Errc::kBadInput, "zstd: block header");
        reader.bytes(type == kRle ? 1 : size);
        if (!reader.ok())
            return fail(Errc::kBadInput, "zstd: block length");
    }
    return {};
}

}  // namespace

Result<std::size_t> check_zstd_frame(std::span<const std::uint8_t> frame, ContentSize permitted) {
    Reader reader(frame);
    SUDARE_TRY(const Header header, read_header(reader));
    if (!reader.ok() || header.content < permitted.min || header.content > permitted.max)
        return fail(Errc::kBadInput, "zstd: content size");
    SUDARE_CHECK(walk_blocks(reader, std::min<std::uint64_t>(header.window, kBlockMax)));
    if (header.checksum)
        reader.u32();
    if (!reader.at_end())
        return fail(Errc::kBadInput, "zstd: bytes after the frame");
    return static_cast<std::size_t>(header.content);
}

}  // namespace sudare::wire

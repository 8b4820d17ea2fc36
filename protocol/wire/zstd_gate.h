// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/core/result.h"

namespace sudare::wire {

// Bytes that a frame may expand to, both ends included.
struct ContentSize {
    std::size_t min = 0;
    std::size_t max = 0;
};

// A decoder must remember this much of what it wrote; more is refused (RFC 8878 section 3.1.1.1.2
// recommends support of 8 MiB). A single-segment frame needs its own content and nothing more.
inline constexpr std::size_t kZstdWindowMax = 8U << 20;

// Judges a zstd frame (RFC 8878) without decompressing it: magic, no dictionary, the content size
// stated and within `permitted`, bounded window, known block types, every block at most
// min(window, 128 KiB), nothing after the last block and its optional checksum. Returns the
// stated content size. Allocates nothing.
Result<std::size_t> check_zstd_frame(std::span<const std::uint8_t> frame, ContentSize permitted);

}  // namespace sudare::wire

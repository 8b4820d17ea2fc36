// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "protocol/core/geometry.h"
#include "protocol/core/limits.h"
#include "protocol/core/reason.h"
#include "protocol/core/result.h"

// The contract between the viewer and sudare-decoder, which is given three descriptors and
// nothing else. Portable: on another system they are handles with the same meaning.
//
// Viewer to decoder (kRequestFd): u32 length, then the payload of one wire Update.
// Decoder to viewer (kReplyFd): one Reply for each.
// Canvas (kCanvasFd): kCanvasBytes of shared memory of a fixed, sealed size, which the decoder
//   paints on: 32-bit pixels 0xFFrrggbb in host byte order, row y at pixel y * width.
//
// The viewer sends the next update only after it has read the reply and copied the dirty pixels,
// so it never copies half an update. It treats replies and canvas as hostile: the decoder has
// read a server's bytes. After kRejected the decoder ends; a closed request pipe ends it too.
namespace sudare::decoder {

inline constexpr int kRequestFd = 3;
inline constexpr int kReplyFd = 4;
inline constexpr int kCanvasFd = 5;
inline constexpr std::size_t kCanvasBytes = std::size_t{limits::kWidthMax} * limits::kHeightMax * 4;

inline constexpr std::size_t kRequestHeaderBytes = 4;
inline constexpr std::size_t kDirtyRectsMax = 64;

enum class ReplyStatus : std::uint8_t {
    kPresent = 0,   // applied; the change is complete: show it now
    kApplied = 1,   // applied; more of the change follows
    kRejected = 2,  // refused; end_reason says why, all after it is zero
};

// Layout: sequence u32, status u8, end reason u16 (0 unless rejected), width u16, height u16,
// decode time u32, count u16, rectangles of 4 x u16 (x, y, width, height).
inline constexpr std::size_t kReplyHeaderBytes = 17;
struct Reply {
    std::uint32_t sequence = 0;
    ReplyStatus status = ReplyStatus::kRejected;
    std::optional<EndReason> end_reason;  // exactly when rejected
    std::optional<Size> size;             // of the canvas; exactly when not rejected
    std::uint32_t decode_us = 0;
    std::vector<Rect> dirty;  // painted by this update, at most kDirtyRectsMax
};

std::vector<std::uint8_t> encode_reply(const Reply& reply);

// The first reply in bytes and how many bytes it took; nullopt when more are needed. kBadInput:
// this is no reply, and the decoder is not to be trusted any more.
struct TakenReply {
    Reply reply;
    std::size_t bytes = 0;
};
Result<std::optional<TakenReply>> take_reply(std::span<const std::uint8_t> bytes);

}  // namespace sudare::decoder

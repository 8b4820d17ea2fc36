// SPDX-License-Identifier: Apache-2.0
#include "protocol/wire/update_writer.h"

#include <utility>

#include "protocol/core/limits.h"

namespace sudare::wire {
namespace {

constexpr std::size_t kFlagsAt = 4;
constexpr std::size_t kOpCountAt = 10;

}  // namespace

UpdateWriter::UpdateWriter(const UpdateHeader& header)
    : writer_(limits::kUpdateMax), snapshot_(header.snapshot) {
    writer_.u32(header.sequence);
    writer_.u8(0);
    writer_.u8(header.generation);
    writer_.u16(header.size.width());
    writer_.u16(header.size.height());
    writer_.u16(0);
}

std::size_t UpdateWriter::room() const {
    return limits::kUpdateMax - writer_.size();
}

void UpdateWriter::begin(std::uint8_t kind) {
    writer_.u8(kind);
    ++op_count_;
}

void UpdateWriter::rect(const Rect& rect) {
    writer_.u16(rect.x());
    writer_.u16(rect.y());
    writer_.u16(rect.width());
    writer_.u16(rect.height());
}

void UpdateWriter::frame(std::span<const std::uint8_t> bytes) {
    writer_.u32(static_cast<std::uint32_t>(bytes.size()));
    writer_.bytes(bytes);
}

void UpdateWriter::scroll(const ScrollOp& op) {
    begin(1);
    rect(op.to);
    writer_.i16(op.dx);
    writer_.i16(op.dy);
}

void UpdateWriter::lossless(const LosslessOp& op) {
    begin(2);
    writer_.u8(static_cast<std::uint8_t>(op.format));
    writer_.u8(static_cast<std::uint8_t>(op.palette_size == 0 ? 0 : op.palette_size - 1));
    writer_.u16(static_cast<std::uint16_t>(op.rects.size()));
    for (const Rect& one : op.rects)
        rect(one);
    frame(op.frame);
}

void UpdateWriter::video(const VideoOp& op) {
    begin(3);
    writer_.u8(op.region);
    writer_.u8(op.profile);
    writer_.u8(op.key_frame ? 1 : 0);
    rect(op.rect);
    frame(op.frame);
}

void UpdateWriter::fill(const FillOp& op) {
    begin(4);
    rect(op.rect);
    writer_.u8(op.blue);
    writer_.u8(op.green);
    writer_.u8(op.red);
}

std::vector<std::uint8_t> UpdateWriter::take(bool present) && {
    std::vector<std::uint8_t> bytes = std::move(writer_).take();
    bytes[kFlagsAt] =
        static_cast<std::uint8_t>((present ? kFlagPresent : 0) | (snapshot_ ? kFlagSnapshot : 0));
    bytes[kOpCountAt] = static_cast<std::uint8_t>(op_count_ >> 8);
    bytes[kOpCountAt + 1] = static_cast<std::uint8_t>(op_count_);
    return bytes;
}

}  // namespace sudare::wire

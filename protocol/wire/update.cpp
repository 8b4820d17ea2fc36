// SPDX-License-Identifier: Apache-2.0
#include "protocol/wire/update.h"

#include <algorithm>
#include <optional>

#include "protocol/core/reader.h"
#include "protocol/wire/zstd_gate.h"

namespace sudare::wire {
namespace {

enum class Kind : std::uint8_t { kScroll = 1, kLossless = 2, kVideo = 3, kFill = 4 };

std::optional<Rect> read_rect(Reader& reader, Size canvas) {
    const std::uint16_t x = reader.u16();
    const std::uint16_t y = reader.u16();
    const std::uint16_t width = reader.u16();
    const std::uint16_t height = reader.u16();
    return Rect::make(x, y, width, height, canvas);
}

Result<Op> parse_scroll(Reader& reader, Size canvas) {
    const auto to = read_rect(reader, canvas);
    const std::int16_t dx = reader.i16();
    const std::int16_t dy = reader.i16();
    if (!reader.ok() || !to)
        return fail(Errc::kBadInput, "scroll: rectangle");
    // In int32, a negative origin becomes a huge unsigned number, which Rect::make refuses.
    const auto from =
        Rect::make(static_cast<std::uint32_t>(to->x() - dx),
                   static_cast<std::uint32_t>(to->y() - dy), to->width(), to->height(), canvas);
    if (!from || (dx == 0 && dy == 0))
        return fail(Errc::kBadInput, "scroll: source outside the canvas");
    return ScrollOp{*to, dx, dy};
}

bool palette_fits(LosslessFormat format, std::uint8_t palette_minus_1) {
    switch (format) {
        case LosslessFormat::kIndexed8:
            return true;
        case LosslessFormat::kIndexedEscape:
            return palette_minus_1 < kEscapeIndex;
        case LosslessFormat::kBgr24:
        case LosslessFormat::kPredicted:
            return palette_minus_1 == 0;
    }
    return false;
}

bool has_palette(LosslessFormat format) {
    return format == LosslessFormat::kIndexed8 || format == LosslessFormat::kIndexedEscape;
}

// The sizes that the content may have: all formats but kIndexedEscape have exactly one.
ContentSize content_size(const LosslessOp& op) {
    const std::size_t colours = 3 * op.pixels;
    switch (op.format) {
        case LosslessFormat::kIndexed8:
            return {3U * op.palette_size + op.pixels, 3U * op.palette_size + op.pixels};
        case LosslessFormat::kIndexedEscape:
            return {3U * op.palette_size + op.pixels, 3U * op.palette_size + op.pixels + colours};
        case LosslessFormat::kBgr24:
        case LosslessFormat::kPredicted:
            break;
    }
    return {colours, colours};
}

Result<void> read_rects(Reader& reader, Size canvas, LosslessOp& op) {
    const std::size_t count = reader.u16();
    if (count == 0 || count > limits::kRectsPerOpMax || reader.remaining() < count * 8)
        return fail(Errc::kBadInput, "lossless: rectangle count");
    op.rects.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto rect = read_rect(reader, canvas);
        if (!rect)
            return fail(Errc::kBadInput, "lossless: rectangle");
        op.pixels += rect->pixels();  // 1024 rectangles of 8.3 M pixels stay below 2^34
        op.rects.push_back(*rect);
    }
    if (op.pixels > canvas.pixels())
        return fail(Errc::kLimit, "lossless: more pixels than the canvas has");
    return {};
}

Result<Op> parse_lossless(Reader& reader, Size canvas) {
    const std::uint8_t format = reader.u8();
    const std::uint8_t palette_minus_1 = reader.u8();
    LosslessOp op;
    op.format = static_cast<LosslessFormat>(format);
    if (!reader.ok() || !palette_fits(op.format, palette_minus_1))
        return fail(Errc::kBadInput, "lossless: format");
    op.palette_size = has_palette(op.format) ? static_cast<std::uint16_t>(palette_minus_1 + 1) : 0;
    SUDARE_CHECK(read_rects(reader, canvas, op));
    op.frame = reader.bytes(reader.u32());
    if (!reader.ok())
        return fail(Errc::kBadInput, "lossless: frame length");
    const ContentSize permitted = content_size(op);
    SUDARE_TRY(op.expanded, check_zstd_frame(op.frame, permitted));
    if ((op.expanded - permitted.min) % 3 != 0)
        return fail(Errc::kBadInput, "lossless: part of a colour");
    return op;
}

Result<Op> parse_video(Reader& reader, Size canvas) {
    const std::uint8_t region = reader.u8();
    const std::uint8_t profile = reader.u8();
    const std::uint8_t flags = reader.u8();
    const auto rect = read_rect(reader, canvas);
    const auto frame = reader.bytes(reader.u32());
    if (!reader.ok() || !rect || region >= limits::kVideoRegionsMax || profile > 1 || flags > 1)
        return fail(Errc::kBadInput, "video: header");
    const bool odd = rect->width() % 2 != 0 || rect->height() % 2 != 0;
    if (rect->width() < kVideoSideMin || rect->height() < kVideoSideMin || (profile == 0 && odd))
        return fail(Errc::kBadInput, "video: size of the region");
    return VideoOp{region, profile, flags == 1, *rect, frame};
}

Result<Op> parse_fill(Reader& reader, Size canvas) {
    const auto rect = read_rect(reader, canvas);
    const std::uint8_t blue = reader.u8();
    const std::uint8_t green = reader.u8();
    const std::uint8_t red = reader.u8();
    if (!reader.ok() || !rect)
        return fail(Errc::kBadInput, "fill");
    return FillOp{*rect, red, green, blue};
}

Result<Op> parse_op(Reader& reader, Size canvas) {
    switch (static_cast<Kind>(reader.u8())) {
        case Kind::kScroll:
            return parse_scroll(reader, canvas);
        case Kind::kLossless:
            return parse_lossless(reader, canvas);
        case Kind::kVideo:
            return parse_video(reader, canvas);
        case Kind::kFill:
            return parse_fill(reader, canvas);
    }
    return fail(Errc::kBadInput, "unknown operation");
}

std::size_t pixels_of(const Op& op) {
    struct Visitor {
        std::size_t operator()(const ScrollOp& scroll) const { return scroll.to.pixels(); }
        std::size_t operator()(const LosslessOp& lossless) const { return lossless.pixels; }
        std::size_t operator()(const VideoOp& video) const { return video.rect.pixels(); }
        std::size_t operator()(const FillOp& fill) const { return fill.rect.pixels(); }
    };
    return std::visit(Visitor{}, op);
}

Result<UpdateHeader> read_header(Reader& reader) {
    const std::uint32_t sequence = reader.u32();
    const std::uint8_t flags = reader.u8();
    const std::uint8_t generation = reader.u8();
    const std::uint16_t width = reader.u16();
    const std::uint16_t height = reader.u16();
    const std::uint16_t op_count = reader.u16();
    const auto size = Size::make(width, height);
    if (!reader.ok() || !size || (flags & ~(kFlagPresent | kFlagSnapshot)) != 0)
        return fail(Errc::kBadInput, "update header");
    if (op_count > limits::kOpsPerUpdateMax)
        return fail(Errc::kLimit, "operations in one update");
    return UpdateHeader{
        sequence, (flags & kFlagPresent) != 0, (flags & kFlagSnapshot) != 0, generation, *size,
        op_count};
}

}  // namespace

Result<UpdateHeader> parse_update_header(std::span<const std::uint8_t> payload) {
    Reader reader(payload);
    return read_header(reader);
}

Result<PictureUpdate> parse_update(std::span<const std::uint8_t> payload) {
    if (payload.size() > limits::kUpdateMax)
        return fail(Errc::kLimit, "update length");
    Reader reader(payload);
    SUDARE_TRY(const UpdateHeader header, read_header(reader));
    PictureUpdate update{header, {}};
    update.ops.reserve(header.op_count);
    // Four bytes a pixel, whatever the operation: copies cost a decoder as much as blocks do.
    std::size_t budget = limits::kExpandedPerUpdateMax / 4;
    for (std::uint16_t i = 0; i < header.op_count; ++i) {
        SUDARE_TRY(Op op, parse_op(reader, header.size));
        const std::size_t pixels = pixels_of(op);
        if (pixels > budget)
            return fail(Errc::kLimit, "pixels written by one update");
        budget -= pixels;
        update.ops.push_back(std::move(op));
    }
    if (!reader.at_end())
        return fail(Errc::kBadInput, "bytes after the last operation");
    return update;
}

}  // namespace sudare::wire

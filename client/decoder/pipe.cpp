// SPDX-License-Identifier: Apache-2.0
#include "client/decoder/pipe.h"

#include <utility>

#include "protocol/core/reader.h"
#include "protocol/core/writer.h"

namespace sudare::decoder {
namespace {

constexpr std::size_t kRectBytes = 8;

struct Numbers {
    std::uint32_t sequence;
    std::uint8_t status;
    std::uint16_t end_reason;
    std::uint16_t width, height;
    std::uint32_t decode_us;
    std::uint16_t count;
};

Numbers read_numbers(Reader& reader) {
    Numbers numbers{};
    numbers.sequence = reader.u32();
    numbers.status = reader.u8();
    numbers.end_reason = reader.u16();
    numbers.width = reader.u16();
    numbers.height = reader.u16();
    numbers.decode_us = reader.u32();
    numbers.count = reader.u16();
    return numbers;
}

Result<Reply> check_rejection(const Numbers& numbers) {
    const auto reason = end_reason_from(numbers.end_reason);
    if (!reason || numbers.width != 0 || numbers.height != 0 || numbers.count != 0)
        return fail(Errc::kBadInput, "decoder: a refusal with a picture");
    return Reply{numbers.sequence, ReplyStatus::kRejected, reason, {}, numbers.decode_us, {}};
}

Result<Reply> check_success(const Numbers& numbers, Reader& reader) {
    const auto size = Size::make(numbers.width, numbers.height);
    if (!size || numbers.end_reason != 0)
        return fail(Errc::kBadInput, "decoder: size of the canvas");
    Reply reply{numbers.sequence,
                static_cast<ReplyStatus>(numbers.status),
                {},
                size,
                numbers.decode_us,
                {}};
    for (std::uint16_t i = 0; i < numbers.count; ++i) {
        const std::uint16_t x = reader.u16();
        const std::uint16_t y = reader.u16();
        const std::uint16_t width = reader.u16();
        const std::uint16_t height = reader.u16();
        const auto rect = Rect::make(x, y, width, height, *size);
        if (!rect)
            return fail(Errc::kBadInput, "decoder: rectangle outside the canvas");
        reply.dirty.push_back(*rect);
    }
    return reply;
}

}  // namespace

std::vector<std::uint8_t> encode_reply(const Reply& reply) {
    Writer writer(kReplyHeaderBytes + kDirtyRectsMax * kRectBytes);
    writer.u32(reply.sequence);
    writer.u8(static_cast<std::uint8_t>(reply.status));
    writer.u16(reply.end_reason ? static_cast<std::uint16_t>(*reply.end_reason) : 0);
    writer.u16(reply.size ? reply.size->width() : 0);
    writer.u16(reply.size ? reply.size->height() : 0);
    writer.u32(reply.decode_us);
    writer.u16(static_cast<std::uint16_t>(reply.dirty.size()));
    for (const Rect& rect : reply.dirty) {
        writer.u16(rect.x());
        writer.u16(rect.y());
        writer.u16(rect.width());
        writer.u16(rect.height());
    }
    return std::move(writer).take();
}

Result<std::optional<TakenReply>> take_reply(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < kReplyHeaderBytes)
        return std::nullopt;
    Reader reader(bytes);
    const Numbers numbers = read_numbers(reader);
    if (numbers.status > static_cast<std::uint8_t>(ReplyStatus::kRejected) ||
        numbers.count > kDirtyRectsMax)
        return fail(Errc::kBadInput, "decoder: status or count");
    const std::size_t whole = kReplyHeaderBytes + numbers.count * kRectBytes;
    if (bytes.size() < whole)
        return std::nullopt;
    const bool rejected = numbers.status == static_cast<std::uint8_t>(ReplyStatus::kRejected);
    SUDARE_TRY(Reply reply, rejected ? check_rejection(numbers) : check_success(numbers, reader));
    return TakenReply{std::move(reply), whole};
}

}  // namespace sudare::decoder

// SPDX-License-Identifier: Apache-2.0
#include "protocol/evidence/record_view.h"

#include <boost/crc.hpp>

#include "protocol/core/reader.h"

namespace sudare::evidence {
namespace {

constexpr std::size_t kLengthBytes = 4;

std::optional<FieldView> next_field(Reader& in) {
    FieldView field;
    field.field = in.u16();
    field.kind = in.u8();
    field.value = in.bytes(in.u32());
    if (!in.ok())
        return std::nullopt;
    switch (field.kind) {
        case 1:
            return field.value.size() == 8 ? std::optional(field) : std::nullopt;
        case 2:
            return field.value.size() == 1 && field.value[0] <= 1 ? std::optional(field)
                                                                  : std::nullopt;
        case 3:
        case 4:
            return field;
        default:
            return std::nullopt;
    }
}

}  // namespace

std::optional<FrameView> frame_at(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < kFrameOverhead)
        return std::nullopt;
    Reader head(bytes.first(kLengthBytes));
    const std::size_t length = head.u32();
    if (length == 0 || length > kRecordBytesMax || length > bytes.size() - kFrameOverhead)
        return std::nullopt;
    boost::crc_32_type crc;
    crc.process_bytes(bytes.data(), kLengthBytes + length);
    Reader tail(bytes.subspan(kLengthBytes + length, 4));
    if (tail.u32() != crc.checksum())
        return std::nullopt;
    return FrameView{bytes.subspan(kLengthBytes, length), length + kFrameOverhead};
}

std::optional<RecordView> record_view(std::span<const std::uint8_t> bytes) {
    if (bytes.size() > kRecordBytesMax)
        return std::nullopt;
    Reader in(bytes);
    RecordView record;
    const bool version = in.u16() == kRecordVersion;
    record.index = in.u64();
    record.time = in.i64();
    record.event = in.u16();
    in.fill(std::span<std::uint8_t, 32>(record.previous));
    record.fields = in.u16();
    if (!in.ok() || !version || record.fields > kFieldsMax)
        return std::nullopt;
    record.field_bytes = bytes.last(in.remaining());
    std::uint16_t before = 0;
    for (std::uint16_t i = 0; i < record.fields; ++i) {
        const auto field = next_field(in);
        if (!field || field->field <= before)
            return std::nullopt;
        before = field->field;
    }
    return in.at_end() ? std::optional(record) : std::nullopt;
}

void RecordView::each(const std::function<void(const FieldView&)>& visit) const {
    Reader in(field_bytes);
    for (std::uint16_t i = 0; i < fields; ++i)
        if (const auto field = next_field(in))
            visit(*field);
}

}  // namespace sudare::evidence

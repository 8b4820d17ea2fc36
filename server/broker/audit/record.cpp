// SPDX-License-Identifier: Apache-2.0
#include "server/broker/audit/record.h"

#include <sodium.h>

#include <algorithm>
#include <boost/crc.hpp>

#include "protocol/core/limits.h"
#include "protocol/core/reader.h"
#include "protocol/core/writer.h"
#include "protocol/ipc/text.h"

namespace sudare::audit {
namespace {

constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kCrcBytes = 4;

std::uint32_t crc_of(std::span<const std::uint8_t> bytes) {
    boost::crc_32_type crc;
    crc.process_bytes(bytes.data(), bytes.size());
    return crc.checksum();
}

std::uint32_t u32_at(std::span<const std::uint8_t> bytes) {
    Reader in(bytes);
    return in.u32();
}

FieldKind kind_of(const Value& value) {
    return static_cast<FieldKind>(value.index() + 1);
}

void write_value(Writer& out, const Value& value) {
    if (const auto* number = std::get_if<std::uint64_t>(&value)) {
        out.u32(8);
        out.u64(*number);
    } else if (const auto* flag = std::get_if<bool>(&value)) {
        out.u32(1);
        out.u8(*flag ? 1 : 0);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
        out.u32(static_cast<std::uint32_t>(text->size()));
        out.text(*text);
    } else {
        const auto& bytes = std::get<std::vector<std::uint8_t>>(value);
        out.u32(static_cast<std::uint32_t>(bytes.size()));
        out.bytes(bytes);
    }
}

std::optional<Value> read_value(Reader& in, FieldKind kind) {
    const std::uint32_t length = in.u32();
    if (!in.ok() || length > in.remaining())
        return std::nullopt;
    Reader value(in.bytes(length));
    switch (kind) {
        case FieldKind::kNumber: {
            const std::uint64_t number = value.u64();
            return value.at_end() ? std::optional<Value>(number) : std::nullopt;
        }
        case FieldKind::kFlag: {
            const std::uint8_t flag = value.u8();
            return value.at_end() && flag <= 1 ? std::optional<Value>(flag == 1) : std::nullopt;
        }
        case FieldKind::kText: {
            const auto view = value.rest();
            return Value(std::string(view.begin(), view.end()));
        }
        case FieldKind::kBytes: {
            const auto view = value.rest();
            return Value(std::vector<std::uint8_t>(view.begin(), view.end()));
        }
    }
    return std::nullopt;
}

tl::unexpected<Error> malformed(const char* what) {
    return fail(Errc::kBadInput, std::string("audit record: ") + what);
}

Result<void> read_entries(Reader& in, Event& event, std::uint16_t count) {
    std::uint16_t before = 0;
    for (std::uint16_t i = 0; i < count; ++i) {
        const std::uint16_t number = in.u16();
        const auto kind = static_cast<FieldKind>(in.u8());
        const FieldRow* row = row_of(static_cast<Field>(number));
        if (!in.ok() || row == nullptr || row->kind != kind || number <= before)
            return malformed("unknown field, wrong kind or wrong order");
        before = number;
        auto value = read_value(in, kind);
        if (!value)
            return malformed("field value");
        event.entries.push_back({row->field, std::move(*value)});
    }
    return {};
}

}  // namespace

// Out of line: GCC 12 warns falsely when it inlines the variant's construction.
Event& Event::number(Field field, std::uint64_t value) {
    entries.push_back({field, value});
    return *this;
}

Event& Event::flag(Field field, bool value) {
    entries.push_back({field, value});
    return *this;
}

Event& Event::text(Field field, std::string value) {
    entries.push_back({field, std::move(value)});
    return *this;
}

Event& Event::bytes(Field field, std::span<const std::uint8_t> value) {
    entries.push_back({field, std::vector<std::uint8_t>(value.begin(), value.end())});
    return *this;
}

const Value* Event::find(Field field) const {
    const auto found = std::ranges::find(entries, field, &Entry::field);
    return found == entries.end() ? nullptr : &found->value;
}

Result<std::vector<std::uint8_t>> encode(const Record& record) {
    std::vector<Entry> sorted = record.event.entries;
    std::ranges::sort(sorted, {}, &Entry::field);
    if (sorted.size() > kEntriesMax ||
        std::ranges::adjacent_find(sorted, {}, &Entry::field) != sorted.end())
        return malformed("too many fields or a field twice");
    Writer out(limits::kAuditRecordBytesMax);
    out.u16(kSchemaVersion);
    out.u64(record.index);
    out.i64(record.time);
    out.u16(static_cast<std::uint16_t>(record.event.type));
    out.bytes(record.previous);
    out.u16(static_cast<std::uint16_t>(sorted.size()));
    for (const Entry& entry : sorted) {
        const FieldRow* row = row_of(entry.field);
        if (row == nullptr || row->kind != kind_of(entry.value))
            return malformed("field with a value of another kind");
        out.u16(static_cast<std::uint16_t>(entry.field));
        out.u8(static_cast<std::uint8_t>(row->kind));
        write_value(out, entry.value);
    }
    if (!out.ok())
        return fail(Errc::kLimit, "audit record is above 64 KiB");
    return std::move(out).take();
}

Result<Record> decode(std::span<const std::uint8_t> bytes) {
    Reader in(bytes);
    if (in.u16() != kSchemaVersion)
        return malformed("unknown schema version");
    Record record;
    record.index = in.u64();
    record.time = in.i64();
    record.event.type = static_cast<EventType>(in.u16());
    in.fill(std::span<std::uint8_t, 32>(record.previous));
    const std::uint16_t count = in.u16();
    if (!in.ok() || count > kEntriesMax || row_of(record.event.type) == nullptr)
        return malformed("unknown event or too many fields");
    SUDARE_CHECK(read_entries(in, record.event, count));
    if (!in.at_end())
        return malformed("bytes after the last field");
    return record;
}

Hash leaf_hash(std::span<const std::uint8_t> record) {
    static constexpr std::uint8_t kLeafPrefix = 0x00;
    Hash hash{};
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, &kLeafPrefix, 1);
    crypto_hash_sha256_update(&state, record.data(), record.size());
    crypto_hash_sha256_final(&state, hash.data());
    return hash;
}

std::vector<std::uint8_t> frame(std::span<const std::uint8_t> record) {
    Writer out(record.size() + kFrameOverhead);
    out.u32(static_cast<std::uint32_t>(record.size()));
    out.bytes(record);
    out.u32(crc_of(out.view()));
    return std::move(out).take();
}

std::optional<Unframed> unframe(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < kFrameOverhead)
        return std::nullopt;
    const std::uint32_t length = u32_at(bytes);
    if (length == 0 || length > limits::kAuditRecordBytesMax ||
        bytes.size() - kFrameOverhead < length)
        return std::nullopt;
    const std::size_t covered = kLengthBytes + length;
    if (crc_of(bytes.first(covered)) != u32_at(bytes.subspan(covered, kCrcBytes)))
        return std::nullopt;
    return Unframed{bytes.subspan(kLengthBytes, length), covered + kCrcBytes};
}

}  // namespace sudare::audit

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "protocol/core/result.h"
#include "server/broker/audit/events.h"

// One audit record and its canonical bytes (docs/audit-log.md has the layout byte by byte). The
// same record always has the same bytes, so that its hash is its identity: leaf hash =
// SHA-256(0x00 || record), as in RFC 9162 section 2.1.1; a Merkle tree over the leaves needs no
// change here.
namespace sudare::audit {

using Hash = std::array<std::uint8_t, 32>;

// Values by kind: number, yes/no, text (UTF-8, not yet escaped), bytes (hashes, addresses).
using Value = std::variant<std::uint64_t, bool, std::string, std::vector<std::uint8_t>>;

struct Entry {
    Field field;
    Value value;
    friend bool operator==(const Entry&, const Entry&) = default;
};

// What the broker says; index, time and chain are added by the log.
struct Event {
    EventType type;
    std::vector<Entry> entries;  // at most kEntriesMax, any order, each field once

    Event& number(Field field, std::uint64_t value);
    Event& flag(Field field, bool value);
    Event& text(Field field, std::string value);
    Event& bytes(Field field, std::span<const std::uint8_t> value);
    [[nodiscard]] const Value* find(Field field) const;
};

struct Record {
    std::uint64_t index = 0;  // 0, 1, 2... without gaps over the life of the log
    std::int64_t time = 0;    // nanoseconds since 1970-01-01 UTC
    Hash previous{};          // leaf hash of the record before; zeroes for index 0
    Event event;
};

inline constexpr std::uint16_t kSchemaVersion = 1;
inline constexpr std::size_t kEntriesMax = 64;

// kLimit when the record would be above limits::kAuditRecordBytesMax, kBadInput when a field has
// a value of another kind than its definition.
Result<std::vector<std::uint8_t>> encode(const Record& record);
// Accepts exactly what encode writes: a second spelling of one record is kBadInput.
Result<Record> decode(std::span<const std::uint8_t> bytes);

Hash leaf_hash(std::span<const std::uint8_t> record);

// One frame of the file: u32 length, record, u32 CRC-32 (IEEE) of length and record. The CRC
// finds a torn tail after a crash; it is no protection against people.
inline constexpr std::size_t kFrameOverhead = 8;
std::vector<std::uint8_t> frame(std::span<const std::uint8_t> record);

struct Unframed {
    std::span<const std::uint8_t> record;
    std::size_t size = 0;  // of the whole frame
};
// The frame at the start of these bytes; nullopt: torn or damaged.
std::optional<Unframed> unframe(std::span<const std::uint8_t> bytes);

}  // namespace sudare::audit

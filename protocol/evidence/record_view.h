// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "protocol/evidence/hash.h"

// Frames and records of the audit log (docs/audit-log.md) for those who check them: form, index,
// time and chain, without a copy and without the list of events, so that a log of a later version
// can be checked too. Written apart from the broker's own reader; a test holds the two against each
// other.
namespace sudare::evidence {

inline constexpr std::size_t kRecordBytesMax = 65536;
inline constexpr std::size_t kFrameOverhead = 8;
inline constexpr std::uint16_t kRecordVersion = 1;
inline constexpr std::uint16_t kFieldsMax = 64;

// The frame at the start of these bytes: u32 length, record, u32 CRC-32 of both; nullopt: torn,
// damaged or not yet whole.
struct FrameView {
    std::span<const std::uint8_t> record;
    std::size_t size = 0;  // of the whole frame
};
std::optional<FrameView> frame_at(std::span<const std::uint8_t> bytes);

struct FieldView {
    std::uint16_t field = 0;
    std::uint8_t kind = 0;  // 1 number, 2 flag, 3 text, 4 bytes
    std::span<const std::uint8_t> value;
};

// Views into the record's bytes, which must outlive it.
struct RecordView {
    std::uint64_t index = 0;
    std::int64_t time = 0;  // nanoseconds since 1970
    std::uint16_t event = 0;
    Hash previous{};
    std::uint16_t fields = 0;
    std::span<const std::uint8_t> field_bytes;

    void each(const std::function<void(const FieldView&)>& visit) const;
};

// nullopt: not the one spelling of a record.
std::optional<RecordView> record_view(std::span<const std::uint8_t> bytes);

}  // namespace sudare::evidence

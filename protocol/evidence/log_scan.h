// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "protocol/core/result.h"
#include "protocol/evidence/record_view.h"

// Goes through one segment of the log, record by record, and checks what a record says about itself
// and the one before: form, index, chain, and a clock that goes forward.
namespace sudare::evidence {

// Where the bytes of a segment are.
class Bytes {
public:
    virtual ~Bytes() = default;
    [[nodiscard]] virtual std::uint64_t size() const = 0;  // when it was opened
    // Fewer bytes than asked for: the end.
    virtual Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> into) const = 0;
};

Result<std::unique_ptr<Bytes>> open_bytes(const std::string& path);
std::unique_ptr<Bytes> memory_bytes(std::span<const std::uint8_t> bytes);  // which must outlive it

// Before a record: what it must follow.
struct Cursor {
    std::uint64_t index = 0;
    std::uint64_t offset = 0;  // in the segment
    std::int64_t time = 0;     // of the record before
    Hash last{};               // its leaf hash; zeroes before record 0
};

enum class ScanEnd {
    kEnd,      // nothing is left
    kNoFrame,  // what is left does not begin with a whole frame
    kForm,     // a whole frame with what is no record
    kIndex,    // a record with another number
    kChain,    // it does not hold the hash of the one before
    kClock,    // it is older than the one before, and no clock_back
    kVisitor,  // the visitor wanted no more
    kDeleted,  // LogWalk (segments.h) only: what stands for a deleted segment does not fit
};

// The event that says that the clock was set back (server/broker/audit/events.h; numbers are for
// ever).
inline constexpr std::uint16_t kClockBackEvent = 4;

struct Visited {
    const RecordView& view;
    std::span<const std::uint8_t> bytes;
    const Hash& leaf;
};

// Moves the cursor behind every good record. After any end but kEnd and kVisitor it stands before
// the place that is not good. Errors: the bytes cannot be read.
Result<ScanEnd> scan(const Bytes& segment, Cursor& cursor,
                     const std::function<bool(const Visited&)>& visit);

// Whether a whole record begins in (offset, offset + within]: then what stands at `offset` is no
// torn tail, since nothing is written behind one.
Result<bool> record_follows(const Bytes& segment, std::uint64_t offset, std::uint64_t within);

}  // namespace sudare::evidence

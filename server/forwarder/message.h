// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/evidence/record_view.h"

// One record of the audit log as one message of RFC 5424:
//
//   <PRI>1 TIME HOST sudare - EVENT [sudare@PEN index="5" leaf="..." user="suzuki" ...] BOM
//   JAPANESE NAME
//
// Nothing that somebody chose stands outside of a quoted value, and there no byte below 0x20, no
// DEL, no character that ends a line or turns the writing direction: a name cannot forge a line or
// an element.
namespace sudare::forwarder {

inline constexpr std::uint32_t kFacility = 13;  // "log audit" (RFC 5424, table 1)

struct MessageOptions {
    std::string host = "-";  // HOSTNAME
    std::uint32_t enterprise =
        32473;  // private enterprise number; this one is RFC 5612's for examples
    std::size_t bytes_max =
        8192;  // of a message, 1024 at least: RFC 5425 section 4.3.1 promises 2048
};

// The severity of RFC 5424, table 2: 1 alert ... 6 informational. An event of a later version: 5.
std::uint32_t severity_of(std::uint16_t event);

// index and leaf are the record's number and leaf hash; no field has one of our names.
// `again`: it may have been sent before. Values that do not fit are cut and named in cut="...":
// index and leaf say what the whole record is.
std::string message_of(const evidence::RecordView& record, const evidence::Hash& leaf, bool again,
                       const MessageOptions& options);

// Stands for records that were deleted by rule before they were sent: EVENT is "not_forwarded",
// first and end (exclusive) say which. `time`: of the newest of them.
std::string gap_message(std::uint64_t first, std::uint64_t end, std::int64_t time,
                        const MessageOptions& options);

// Octet counting (RFC 5425 section 4.3, RFC 6587 section 3.4.1): "LENGTH MESSAGE".
std::string framed(std::string_view message);

}  // namespace sudare::forwarder

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "protocol/core/result.h"
#include "protocol/ipc/rules.h"

// sudare-link -> sudare-recorder, on a Unix stream socket that sudare-gateway connects and hands to
// the link: one connection per link, any number of recordings on it, one at a time. The recorder
// cannot read what it stores.
//
// Order, as the recorder enforces it (anything else ends the connection):
//   idle      --Begin--> recording      a new file, or Failed
//   recording --Append-> recording      no reply, or Failed
//   recording --Sync---> recording      Stored with the same number, when all before it is on the
//   disk recording --End----> idle           no reply after Failed, until the next Begin: Append,
//   Sync and End are read and count for nothing
// A connection that ends while it records leaves the file as it is: its reader finds the torn tail.
namespace sudare::ipc {

enum class RecorderFrame : std::uint8_t {
    // link -> recorder
    kBegin = 0x01,
    kAppend = 0x02,  // payload: the bytes
    kSync = 0x03,
    kEnd = 0x04,  // empty
    // recorder -> link
    kStored = 0x41,
    kFailed = 0x42,
};

struct RecordingBegin {
    std::array<std::uint8_t, 16> id{};
    std::uint64_t start_ms = 0;  // since 1970: the file's folder is its day, UTC
};

enum class RecorderFault : std::uint8_t {
    kDiskFull = 1,  // less than the reserve is free
    kDisk = 2,      // any other failed call
    kLimit = 3,     // the file is as large as one may become
};

inline constexpr std::uint32_t kRecorderAppendMax = 64U << 10;
inline constexpr RuleRow kRecorderUpRows[] = {
    {0x01, {16 + 8, 16 + 8}}, {0x02, {1, kRecorderAppendMax}}, {0x03, {4, 4}}, {0x04, {0, 0}}};
inline constexpr RuleRow kRecorderDownRows[] = {{0x41, {4, 4}}, {0x42, {1, 1}}};

std::vector<std::uint8_t> write_recording_begin(const RecordingBegin& message);
Result<RecordingBegin> read_recording_begin(std::span<const std::uint8_t> payload);
// Sync and Stored.
std::vector<std::uint8_t> write_recorder_mark(std::uint32_t number);
Result<std::uint32_t> read_recorder_mark(std::span<const std::uint8_t> payload);
std::vector<std::uint8_t> write_recorder_fault(RecorderFault fault);
Result<RecorderFault> read_recorder_fault(std::span<const std::uint8_t> payload);

}  // namespace sudare::ipc

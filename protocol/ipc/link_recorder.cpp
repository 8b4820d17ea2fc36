// SPDX-License-Identifier: Apache-2.0
#include "protocol/ipc/link_recorder.h"

#include "protocol/core/reader.h"
#include "protocol/core/writer.h"

namespace sudare::ipc {
namespace {

tl::unexpected<Error> bad(const char* what) {
    return fail(Errc::kBadInput, std::string("recorder: ") + what + " is malformed");
}

}  // namespace

std::vector<std::uint8_t> write_recording_begin(const RecordingBegin& message) {
    Writer out(24);
    out.bytes(message.id);
    out.u64(message.start_ms);
    return std::move(out).take();
}

Result<RecordingBegin> read_recording_begin(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    RecordingBegin message;
    in.fill(std::span<std::uint8_t, 16>(message.id));
    message.start_ms = in.u64();
    if (!in.at_end() || message.start_ms > kUnixMsMax)
        return bad("Begin");
    return message;
}

std::vector<std::uint8_t> write_recorder_mark(std::uint32_t number) {
    Writer out(4);
    out.u32(number);
    return std::move(out).take();
}

Result<std::uint32_t> read_recorder_mark(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    const std::uint32_t number = in.u32();
    if (!in.at_end())
        return bad("Sync or Stored");
    return number;
}

std::vector<std::uint8_t> write_recorder_fault(RecorderFault fault) {
    return {static_cast<std::uint8_t>(fault)};
}

Result<RecorderFault> read_recorder_fault(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    const std::uint8_t fault = in.u8();
    if (!in.at_end() || fault < 1 || fault > static_cast<std::uint8_t>(RecorderFault::kLimit))
        return bad("Failed");
    return static_cast<RecorderFault>(fault);
}

}  // namespace sudare::ipc

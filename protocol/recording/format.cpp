// SPDX-License-Identifier: Apache-2.0
#include "protocol/recording/format.h"

#include <algorithm>

#include "protocol/core/reader.h"
#include "protocol/core/writer.h"

namespace sudare::recording {
namespace {

// Numbers of protocol/wire/message_type.h; a test compares them.
constexpr std::array<std::uint8_t, 7> kRecorded{
    0x05, 0x06,                    // PointerMove, PointerButton
    0x43, 0x44, 0x45, 0x46, 0x47,  // SessionState, Update, CursorShape, TextField, Notice
};

}  // namespace

bool is_recorded(std::uint8_t type) {
    return std::ranges::find(kRecorded, type) != kRecorded.end();
}

std::vector<std::uint8_t> write_header(const Header& header) {
    Writer out(kHeaderMax);
    out.bytes(kMagic);
    out.u16(kVersion);
    out.bytes(header.id);
    out.u64(header.session);
    out.u64(header.start_ms);
    out.u8(static_cast<std::uint8_t>(header.keys.size()));
    for (const SealedKey& key : header.keys) {
        out.bytes(key.reviewer);
        out.bytes(key.box);
    }
    return std::move(out).take();
}

Result<Header> read_header(std::span<const std::uint8_t> file) {
    Reader in(file);
    if (!std::ranges::equal(in.bytes(kMagic.size()), kMagic))
        return fail(Errc::kBadInput, "this is not a recording of Sudare");
    if (const std::uint16_t version = in.u16(); in.ok() && version != kVersion)
        return fail(Errc::kBadInput, "the recording has version " + std::to_string(version) +
                                         "; this program reads version 1");
    Header header;
    in.fill(std::span<std::uint8_t, 16>(header.id));
    header.session = in.u64();
    header.start_ms = in.u64();
    const std::uint8_t count = in.u8();
    if (!in.ok() || count == 0 || count > kReviewersMax || in.remaining() < count * kReviewerBytes)
        return fail(Errc::kBadInput, "the recording's header is damaged");
    header.keys.resize(count);
    for (SealedKey& key : header.keys) {
        in.fill(std::span<std::uint8_t, kKeyIdBytes>(key.reviewer));
        in.fill(std::span<std::uint8_t, kSealedKeyBytes>(key.box));
    }
    return header;
}

std::array<std::uint8_t, kSegmentHeadBytes> write_segment_head(const SegmentHead& head) {
    Writer out(kSegmentHeadBytes);
    out.u32(head.length);
    out.u32(head.index);
    out.u32(head.begin_ms);
    out.u32(head.end_ms);
    out.u8(head.flags);
    std::array<std::uint8_t, kSegmentHeadBytes> bytes{};
    std::ranges::copy(out.view(), bytes.begin());
    return bytes;
}

std::optional<SegmentHead> read_segment_head(std::span<const std::uint8_t> bytes) {
    Reader in(bytes);
    SegmentHead head;
    head.length = in.u32();
    head.index = in.u32();
    head.begin_ms = in.u32();
    head.end_ms = in.u32();
    head.flags = in.u8();
    const bool possible = head.length >= kTagBytes && head.length <= kPlainMax + kTagBytes &&
                          head.begin_ms <= head.end_ms &&
                          (head.flags & ~(kFlagSnapshot | kFlagLast)) == 0;
    return in.ok() && possible ? std::optional(head) : std::nullopt;
}

}  // namespace sudare::recording

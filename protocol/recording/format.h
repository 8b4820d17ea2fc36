// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "protocol/core/frame.h"
#include "protocol/core/limits.h"
#include "protocol/core/result.h"

// A recording: what one viewer was shown, as it was sent, sealed so that only reviewers can read it
// (docs/decisions/0020-recordings.md). All integers big-endian.
//
//   header   magic[8], version u16, recording id[16], session u64, start u64 (ms since 1970),
//            count u8 (1..8), per reviewer: key id[8], sealed box of K(0) [80]
//   segment  head: length u32 of the box, index u32, begin u32, end u32 (ms since start), flags u8
//            box: XChaCha20-Poly1305-IETF of the entries
//   entries  ms u32 since the segment's begin, one wire frame (type u8, length u24, payload)
//
// Segment i is sealed by E(i) = BLAKE2b keyed with K(i) of "segment", its number as the nonce, and
// SHA-256 of the header and the segment's head as additional data; K(i+1) = BLAKE2b keyed with K(i)
// of "next". The writer wipes K(i) as soon as it has K(i+1): who takes it over later cannot read
// what it wrote before.
namespace sudare::recording {

inline constexpr std::array<std::uint8_t, 8> kMagic{'S', 'U', 'D', 'A', 'R', 'E', 'C', '\n'};
inline constexpr std::uint16_t kVersion = 1;
inline constexpr std::size_t kReviewersMax = 8;
inline constexpr std::size_t kKeyIdBytes = 8;
inline constexpr std::size_t kSealedKeyBytes = 32 + 48;  // crypto_box_seal
inline constexpr std::size_t kHeaderFixed = 8 + 2 + 16 + 8 + 8 + 1;
inline constexpr std::size_t kReviewerBytes = kKeyIdBytes + kSealedKeyBytes;
inline constexpr std::size_t kHeaderMax = kHeaderFixed + kReviewersMax * kReviewerBytes;
inline constexpr std::size_t kSegmentHeadBytes = 4 + 4 + 4 + 4 + 1;
inline constexpr std::size_t kTagBytes = 16;
inline constexpr std::uint32_t kSegmentMs = 10'000;  // after which a segment ends
// Before a snapshot only after this: each segment is a record and a wait for the disk, and a
// session host may send as many snapshots as it likes.
inline constexpr std::uint32_t kSegmentMsMin = 1'000;
// The entries of one segment: one of the largest updates, or many small ones.
inline constexpr std::size_t kEntryHeadBytes = 4 + limits::kFrameHeaderBytes;
inline constexpr std::size_t kPlainMax = limits::kUpdateMax + kEntryHeadBytes;
inline constexpr std::size_t kSegmentMax = kSegmentHeadBytes + kPlainMax + kTagBytes;

inline constexpr std::uint8_t kFlagSnapshot = 1;  // begins with a picture that needs none before it
inline constexpr std::uint8_t kFlagLast = 2;      // the recording ended in order

using Id = std::array<std::uint8_t, 16>;
using Hash = std::array<std::uint8_t, 32>;       // SHA-256
using Key = std::array<std::uint8_t, 32>;        // wipe after use
using PublicKey = std::array<std::uint8_t, 32>;  // X25519
using SecretKey = std::array<std::uint8_t, 32>;  // X25519; wipe after use
using KeyId = std::array<std::uint8_t, kKeyIdBytes>;

struct SealedKey {
    KeyId reviewer{};
    std::array<std::uint8_t, kSealedKeyBytes> box{};
};
struct Header {
    Id id{};
    std::uint64_t session = 0;
    std::uint64_t start_ms = 0;
    std::vector<SealedKey> keys;  // 1..kReviewersMax
};
struct SegmentHead {
    std::uint32_t length = 0;  // of the box
    std::uint32_t index = 0;
    std::uint32_t begin_ms = 0, end_ms = 0;
    std::uint8_t flags = 0;
};
struct Entry {
    std::uint32_t at_ms = 0;  // since the start of the recording
    Frame frame;
};

std::vector<std::uint8_t> write_header(const Header& header);
// The header that these bytes begin with. kBadInput: not a recording, another version, cut.
Result<Header> read_header(std::span<const std::uint8_t> file);
inline std::size_t header_size(const Header& header) {
    return kHeaderFixed + header.keys.size() * kReviewerBytes;
}
std::array<std::uint8_t, kSegmentHeadBytes> write_segment_head(const SegmentHead& head);
// nullopt: less than a head, or one that no writer makes.
std::optional<SegmentHead> read_segment_head(std::span<const std::uint8_t> bytes);

// What may stand in a recording: what was shown (Update, CursorShape, TextField, Notice,
// SessionState with an empty ticket), and where the pointer was. Keys and text never.
bool is_recorded(std::uint8_t type);

}  // namespace sudare::recording

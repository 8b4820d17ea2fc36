// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "protocol/core/limits.h"
#include "protocol/core/reason.h"

// Framing of every border: type u8, length u24 big-endian, payload. What a type means, and how
// long it may be, is said by protocol/wire and protocol/ipc through FrameRules.
namespace sudare {

// Permitted payload lengths of a type: exact when min == max.
struct LengthRange {
    std::uint32_t min = 0;
    std::uint32_t max = 0;
};

// What a receiver accepts: no entry means "unknown type".
class FrameRules {
   public:
    virtual ~FrameRules() = default;
    [[nodiscard]] virtual std::optional<LengthRange> range_of(std::uint8_t type) const = 0;
};

// What either of two lists permits, the first one first; for streams that carry two protocols.
class EitherRules final : public FrameRules {
   public:
    EitherRules(const FrameRules& first, const FrameRules& second) : first_(first), second_(second) {}
    [[nodiscard]] std::optional<LengthRange> range_of(std::uint8_t type) const override {
        const auto range = first_.range_of(type);
        return range ? range : second_.range_of(type);
    }

   private:
    const FrameRules& first_;
    const FrameRules& second_;
};

// One whole frame; the payload is a view into the FrameBuffer, valid until its next call.
struct Frame {
    std::uint8_t type = 0;
    std::span<const std::uint8_t> payload;
};

// Collects stream bytes and hands out whole frames. A header is judged as soon as its four bytes
// are there: memory grows with the permitted length of that type, never with a peer's number.
class FrameBuffer {
   public:
    explicit FrameBuffer(const FrameRules& rules) : rules_(rules) {}

    // Bytes from the stream. Hand them over in pieces of at most 64 KiB.
    void append(std::span<const std::uint8_t> bytes);

    // Where read(2) may write directly; call commit with the count that arrived.
    std::span<std::uint8_t> prepare(std::size_t count);
    void commit(std::size_t count);

    // The next whole frame; nullopt when more bytes are needed or the stream has failed.
    std::optional<Frame> next();

    // Why the stream is dead: kUnknownType or kMalformed. Nothing more comes out of it.
    [[nodiscard]] std::optional<EndReason> failure() const { return failure_; }

    // Half a frame is waiting (for the completion deadline).
    [[nodiscard]] bool partial() const { return end_ > begin_; }

   private:
    void compact();

    const FrameRules& rules_;
    std::vector<std::uint8_t> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::optional<EndReason> failure_;
};

// Appends header and payload; false when the payload is longer than u24 can say.
bool append_frame(std::vector<std::uint8_t>& out, std::uint8_t type,
                  std::span<const std::uint8_t> payload);

}  // namespace sudare

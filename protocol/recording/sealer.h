// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/recording/format.h"

namespace sudare::recording {

// Makes one recording: hands out the header and then the segments, as bytes to be stored in this
// order. Holds the entries of the segment that is being filled, and no key by which an earlier one
// could be read. Times are milliseconds since the start and never go back. One thread.
class Sealer {
public:
    struct Segment {
        SegmentHead head;
        std::vector<std::uint8_t> bytes;  // head and box
        Hash sha256{};                    // of the bytes: what the log keeps
    };

    // kBadInput: no reviewer, too many, or a key that nobody could open by.
    static Result<Sealer> begin(std::uint64_t session, std::uint64_t start_ms,
                                std::span<const PublicKey> reviewers);
    Sealer(Sealer&&) noexcept = default;
    Sealer& operator=(Sealer&&) noexcept = default;
    ~Sealer();

    [[nodiscard]] const Id& id() const { return id_; }
    [[nodiscard]] std::uint64_t start_ms() const { return start_ms_; }
    [[nodiscard]] const std::vector<std::uint8_t>& header() const { return header_; }
    [[nodiscard]] const Hash& header_hash() const { return header_hash_; }

    // A frame that was sent. `snapshot`: an Update that needs no picture before it. Returns the
    // segment that had to end first, if any. False in `taken`: a type that is never recorded, or
    // longer than any.
    struct Added {
        bool taken = false;
        std::optional<Segment> ended{};
    };
    Added add(std::uint32_t ms, std::span<const std::uint8_t> frame, bool snapshot);
    // The segment whose time is over; call now and then.
    std::optional<Segment> due(std::uint32_t ms);
    // The last segment; it may be empty, so that an end in order can be told from a torn tail.
    Segment finish(std::uint32_t ms);

private:
    Sealer() = default;
    Segment close(std::uint32_t ms, std::uint8_t flags);

    Id id_{};
    std::uint64_t start_ms_ = 0;
    std::vector<std::uint8_t> header_;
    Hash header_hash_{};
    Key state_{};
    std::vector<std::uint8_t> plain_;
    std::uint32_t index_ = 0, begin_ms_ = 0;
    bool snapshot_ = false;
};

}  // namespace sudare::recording

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/recording/format.h"

namespace sudare::recording {

// Reads one recording, which stays in the caller's memory (a mapped file). Everything in it may be
// hostile until open() has returned it; even then it is what a link wrote, and frames are to be
// parsed like those of the wire. One thread.
class Opener {
public:
    struct Segment {
        SegmentHead head;
        std::size_t offset = 0;  // of its head in the file
    };
    // How the file ends.
    enum class End {
        kOrderly,
        kUnfinished,  // the link or the recorder ended too early; what is there is whole
        kTorn,        // half a segment, or bytes that are none, from torn_at() on
    };

    // Reads the header and the heads of all segments. kBadInput: no recording.
    static Result<Opener> create(std::span<const std::uint8_t> file);
    ~Opener();
    Opener(Opener&&) noexcept = default;
    Opener& operator=(Opener&&) noexcept = default;

    [[nodiscard]] const Header& header() const { return header_; }
    [[nodiscard]] const Hash& header_hash() const { return header_hash_; }
    [[nodiscard]] std::span<const Segment> segments() const { return segments_; }
    [[nodiscard]] End end() const { return end_; }
    [[nodiscard]] std::size_t torn_at() const { return torn_at_; }
    [[nodiscard]] std::uint32_t duration_ms() const {
        return segments_.empty() ? 0 : segments_.back().head.end_ms;
    }
    // The bytes of a segment, of which the log has the SHA-256.
    [[nodiscard]] std::span<const std::uint8_t> bytes_of(const Segment& segment) const;

    // As open_key.
    Result<void> unlock(const SecretKey& secret);
    // The entries of segment number `index`; frames are views into `plain`. kState before unlock().
    struct Opened {
        std::vector<std::uint8_t> plain;
        std::vector<Entry> entries;
    };
    Result<Opened> open(std::size_t index);

private:
    Opener() = default;
    void scan(std::size_t at);
    const Key& state_of(std::size_t index);

    std::span<const std::uint8_t> file_;
    Header header_;
    Hash header_hash_{};
    std::vector<Segment> segments_;
    End end_ = End::kUnfinished;
    std::size_t torn_at_ = 0;
    std::vector<Key> states_;  // of the ratchet, as far as they were needed
};

// The frames of opened entries. kBadInput: not what a writer makes.
Result<std::vector<Entry>> read_entries(const SegmentHead& head,
                                        std::span<const std::uint8_t> plain);

}  // namespace sudare::recording

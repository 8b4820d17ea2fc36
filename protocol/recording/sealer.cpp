// SPDX-License-Identifier: Apache-2.0
#include "protocol/recording/sealer.h"

#include <sodium.h>

#include <algorithm>

#include "protocol/recording/cipher.h"
#include "protocol/recording/keys.h"

namespace sudare::recording {

Result<Sealer> Sealer::begin(std::uint64_t session, std::uint64_t start_ms,
                             std::span<const PublicKey> reviewers) {
    if (reviewers.empty() || reviewers.size() > kReviewersMax ||
        !std::ranges::all_of(reviewers, is_usable))
        return fail(Errc::kBadInput, "a recording needs 1 to 8 usable keys of reviewers");
    Sealer sealer;
    randombytes_buf(sealer.id_.data(), sealer.id_.size());
    randombytes_buf(sealer.state_.data(), sealer.state_.size());
    sealer.start_ms_ = start_ms;
    Header header{sealer.id_, session, start_ms, {}};
    for (const PublicKey& reviewer : reviewers)
        header.keys.push_back(seal_key(sealer.state_, reviewer));
    sealer.header_ = write_header(header);
    sealer.header_hash_ = sha256(sealer.header_);
    return sealer;
}

Sealer::~Sealer() {
    wipe(state_);
    wipe(plain_);
}

Sealer::Added Sealer::add(std::uint32_t ms, std::span<const std::uint8_t> frame, bool snapshot) {
    const std::size_t size = 4 + frame.size();
    if (frame.size() < limits::kFrameHeaderBytes || size > kPlainMax || !is_recorded(frame[0]))
        return {};
    Added added{true};
    const bool full = plain_.size() + size > kPlainMax || ms - begin_ms_ >= kSegmentMs;
    const bool seekable = snapshot && ms - begin_ms_ >= kSegmentMsMin;
    if (!plain_.empty() && (seekable || full))
        added.ended = close(ms, 0);
    if (plain_.empty()) {
        begin_ms_ = ms;
        snapshot_ = snapshot;
    }
    const std::uint32_t at = ms - begin_ms_;
    for (const int shift : {24, 16, 8, 0})
        plain_.push_back(static_cast<std::uint8_t>(at >> shift));
    plain_.insert(plain_.end(), frame.begin(), frame.end());
    return added;
}

std::optional<Sealer::Segment> Sealer::due(std::uint32_t ms) {
    if (plain_.empty() || ms - begin_ms_ < kSegmentMs)
        return std::nullopt;
    return close(ms, 0);
}

Sealer::Segment Sealer::finish(std::uint32_t ms) {
    if (plain_.empty()) {
        begin_ms_ = ms;
        snapshot_ = false;
    }
    return close(ms, kFlagLast);
}

Sealer::Segment Sealer::close(std::uint32_t ms, std::uint8_t flags) {
    Segment segment;
    segment.head.length = static_cast<std::uint32_t>(plain_.size() + kTagBytes);
    segment.head.index = index_++;
    segment.head.begin_ms = begin_ms_;
    segment.head.end_ms = std::max(begin_ms_, ms);
    segment.head.flags = flags | (snapshot_ ? kFlagSnapshot : 0);
    const auto head = write_segment_head(segment.head);
    Key key = segment_key(state_);
    advance(state_);
    segment.bytes.assign(head.begin(), head.end());
    encrypt(segment.bytes, plain_, key, segment.head.index, additional_data(header_hash_, head));
    wipe(key);
    segment.sha256 = sha256(segment.bytes);
    wipe(plain_);
    plain_.clear();
    return segment;
}

}  // namespace sudare::recording

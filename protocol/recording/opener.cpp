// SPDX-License-Identifier: Apache-2.0
#include "protocol/recording/opener.h"

#include "protocol/core/reader.h"
#include "protocol/recording/cipher.h"
#include "protocol/recording/keys.h"

namespace sudare::recording {

Result<Opener> Opener::create(std::span<const std::uint8_t> file) {
    Opener opener;
    opener.file_ = file;
    SUDARE_TRY(opener.header_, read_header(file));
    const std::size_t size = header_size(opener.header_);
    opener.header_hash_ = sha256(file.first(size));
    opener.scan(size);
    return opener;
}

Opener::~Opener() {
    for (Key& key : states_)
        wipe(key);
}

void Opener::scan(std::size_t at) {
    std::uint32_t time = 0;
    while (at < file_.size()) {
        const auto rest = file_.subspan(at);
        const auto head = read_segment_head(rest);
        if (!head || head->index != segments_.size() || head->begin_ms < time ||
            rest.size() - kSegmentHeadBytes < head->length || end_ == End::kOrderly) {
            end_ = End::kTorn;
            torn_at_ = at;
            return;
        }
        segments_.push_back({*head, at});
        time = head->end_ms;
        at += kSegmentHeadBytes + head->length;
        if ((head->flags & kFlagLast) != 0)
            end_ = End::kOrderly;
    }
}

std::span<const std::uint8_t> Opener::bytes_of(const Segment& segment) const {
    return file_.subspan(segment.offset, kSegmentHeadBytes + segment.head.length);
}

Result<void> Opener::unlock(const SecretKey& secret) {
    SUDARE_TRY(Key key, open_key(header_, secret));
    states_.reserve(segments_.size() + 1);  // never moved, so that no copy stays behind
    states_.assign(1, key);
    wipe(key);
    return {};
}

const Key& Opener::state_of(std::size_t index) {
    while (states_.size() <= index) {
        states_.push_back(states_.back());
        advance(states_.back());
    }
    return states_[index];
}

Result<Opener::Opened> Opener::open(std::size_t index) {
    if (states_.empty() || index >= segments_.size())
        return fail(Errc::kState,
                    "the recording is not unlocked, or has no segment " + std::to_string(index));
    const Segment& segment = segments_[index];
    const auto bytes = bytes_of(segment);
    Key key = segment_key(state_of(index));
    auto plain = decrypt(bytes.subspan(kSegmentHeadBytes), key, segment.head.index,
                         additional_data(header_hash_, bytes.first<kSegmentHeadBytes>()));
    wipe(key);
    if (!plain)
        return tl::unexpected(plain.error());
    Opened opened;
    opened.plain = std::move(*plain);
    SUDARE_TRY(opened.entries, read_entries(segment.head, opened.plain));
    return opened;
}

Result<std::vector<Entry>> read_entries(const SegmentHead& head,
                                        std::span<const std::uint8_t> plain) {
    std::vector<Entry> entries;
    Reader in(plain);
    std::uint32_t last = 0;
    const std::uint32_t span = head.end_ms - head.begin_ms;
    while (in.ok() && in.remaining() > 0) {
        const std::uint32_t at = in.u32();
        const std::uint8_t type = in.u8();
        const auto payload = in.bytes(in.u24());
        if (!in.ok() || at < last || at > span || !is_recorded(type))
            return fail(Errc::kBadInput,
                        "segment " + std::to_string(head.index) + " has an entry out of order");
        last = at;
        entries.push_back({head.begin_ms + at, {type, payload}});
    }
    return entries;
}

}  // namespace sudare::recording

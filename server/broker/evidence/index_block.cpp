// SPDX-License-Identifier: Apache-2.0
#include "server/broker/evidence/index_block.h"

#include <algorithm>

#include "protocol/core/reader.h"
#include "protocol/core/writer.h"

namespace sudare::search {
namespace {

constexpr std::uint64_t kMagic = 0x5344'4958'0000'0001;  // "SDIX", version 1
constexpr std::size_t kCheckedHead = kHeadBytes - 32;    // before the head's own hash

std::vector<std::uint8_t> write_head(const BlockHead& head) {
    Writer out(kHeadBytes);
    out.u64(kMagic);
    out.u64(head.first);
    out.u32(head.count);
    out.u32(head.body);
    out.u64(head.begin);
    out.u64(head.end);
    out.i64(head.earliest);
    out.i64(head.latest);
    out.i64(head.last_time);
    out.bytes(head.last);
    out.bytes(head.check);
    out.bytes(evidence::sha256(out.view()));
    return std::move(out).take();
}

std::uint32_t u32_at(std::span<const std::uint8_t> bytes, std::size_t at) {
    return Reader(bytes.subspan(at)).u32();
}

}  // namespace

std::optional<BlockHead> read_head(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < kHeadBytes)
        return std::nullopt;
    Reader in(bytes.first(kHeadBytes));
    const bool ours = in.u64() == kMagic;
    BlockHead head;
    head.first = in.u64();
    head.count = in.u32();
    head.body = in.u32();
    head.begin = in.u64();
    head.end = in.u64();
    head.earliest = in.i64();
    head.latest = in.i64();
    head.last_time = in.i64();
    in.fill(std::span(head.last));
    in.fill(std::span(head.check));
    evidence::Hash own{};
    in.fill(std::span(own));
    const bool good = ours && own == evidence::sha256(bytes.first(kCheckedHead)) &&
                      head.count != 0 && head.count <= kBlockRecords &&
                      head.body <= kBlockBytesMax && head.begin < head.end;
    return good ? std::optional(head) : std::nullopt;
}

void BlockBuilder::add(const evidence::RecordView& record, std::uint64_t offset,
                       std::size_t frame_bytes, const evidence::Hash& leaf) {
    if (head_.count == 0) {
        head_.first = record.index;
        head_.begin = offset;
        head_.earliest = head_.latest = record.time;
    }
    head_.earliest = std::min(head_.earliest, record.time);
    head_.latest = std::max(head_.latest, record.time);
    head_.last_time = record.time;
    head_.last = leaf;
    head_.end = offset + frame_bytes;
    times_.push_back(record.time);
    places_.push_back(static_cast<std::uint32_t>(offset - head_.begin));
    const auto number = static_cast<std::uint16_t>(head_.count++);
    std::string key;
    each_searched(record, [&](const Value& value) {
        key.assign({static_cast<char>(value.field >> 8), static_cast<char>(value.field)});
        key += value.bytes;
        values_[key].push_back(number);
    });
}

std::vector<std::uint8_t> BlockBuilder::finish() {
    Writer body(kBlockBytesMax);
    for (const std::int64_t time : times_)
        body.i64(time);
    for (const std::uint32_t place : places_)
        body.u32(place);
    // std::string compares bytes as unsigned, and the field stands before the value.
    const std::map<std::string_view, const std::vector<std::uint16_t>*> sorted = [&] {
        std::map<std::string_view, const std::vector<std::uint16_t>*> out;
        for (const auto& [key, records] : values_)
            out.emplace(key, &records);
        return out;
    }();
    body.u32(static_cast<std::uint32_t>(sorted.size()));
    for (const auto& [key, records] : sorted) {
        body.u32(static_cast<std::uint32_t>(records->size()));
        body.u32(static_cast<std::uint32_t>(key.size()));
        body.text(key);
    }
    for (const auto& [key, records] : sorted)
        for (const std::uint16_t record : *records)
            body.u16(record);
    head_.body = static_cast<std::uint32_t>(body.size());
    head_.check = evidence::sha256(body.view());
    std::vector<std::uint8_t> bytes = write_head(head_);
    bytes.insert(bytes.end(), body.view().begin(), body.view().end());
    *this = {};
    return bytes;
}

std::optional<Block> Block::read(const BlockHead& head, std::vector<std::uint8_t> body) {
    if (body.size() != head.body || evidence::sha256(body) != head.check)
        return std::nullopt;
    Block block(head, std::move(body));
    return block.parse() ? std::optional(std::move(block)) : std::nullopt;
}

bool Block::parse() {
    Reader in(body_);
    in.bytes(std::size_t{12} * head_.count);
    const std::uint32_t values = in.u32();
    std::uint64_t total = 0;
    for (std::uint32_t i = 0; in.ok() && i < values; ++i) {
        Entry entry;
        entry.first = static_cast<std::uint32_t>(total);
        entry.count = in.u32();
        const auto key = in.bytes(in.u32());
        if (!in.ok() || key.size() < 2)
            return false;
        entry.value = {static_cast<std::uint16_t>(key[0] << 8 | key[1]),
                       {reinterpret_cast<const char*>(key.data()) + 2, key.size() - 2}};
        total += entry.count;
        if (!entries_.empty() && !(entries_.back().value < entry.value))
            return false;
        entries_.push_back(entry);
    }
    records_at_ = body_.size() - in.remaining();
    return in.ok() && in.remaining() == 2 * total;
}

std::uint64_t Block::offset(std::uint32_t place) const {
    return head_.begin + u32_at(body_, std::size_t{8} * head_.count + std::size_t{4} * place);
}

void Block::mark(const Entry& entry, Bits& bits) const {
    const std::span<const std::uint8_t> body(body_);
    Reader in(body.subspan(records_at_ + std::size_t{2} * entry.first));
    for (std::uint32_t i = 0; i < entry.count; ++i) {
        const std::uint16_t record = in.u16();
        if (record < kBlockRecords)
            bits[record / 64] |= std::uint64_t{1} << (record % 64);
    }
}

Block::Bits Block::meeting(const Criterion& criterion) const {
    Bits bits{};
    if (criterion.how != Criterion::How::kOneOf) {
        for (const Entry& entry : entries_)
            if (criterion.meets(entry.value))
                mark(entry, bits);
        return bits;
    }
    for (const auto& [field, bytes] : criterion.wanted) {
        const auto at = std::ranges::lower_bound(entries_, Value{field, bytes}, {}, &Entry::value);
        if (at != entries_.end() && at->value == Value{field, bytes})
            mark(*at, bits);
    }
    return bits;
}

std::vector<std::uint32_t> Block::find(const Query& query) const {
    std::vector<std::uint32_t> found;
    if (head_.latest < query.from || head_.earliest >= query.until ||
        head_.first + head_.count <= query.first || head_.first >= query.behind)
        return found;
    Bits bits;
    bits.fill(~std::uint64_t{0});
    for (const Criterion& criterion : query.criteria) {
        const Bits met = meeting(criterion);
        for (std::size_t i = 0; i < bits.size(); ++i)
            bits[i] &= met[i];
    }
    Reader times(body_);
    for (std::uint32_t place = 0; place < head_.count; ++place) {
        const std::int64_t time = times.i64();
        if ((bits[place / 64] >> (place % 64) & 1) != 0 &&
            query.in_range(head_.first + place, time))
            found.push_back(place);
    }
    return found;
}

}  // namespace sudare::search

// SPDX-License-Identifier: Apache-2.0
#include "server/broker/evidence/search.h"

#include <algorithm>

namespace sudare::search {

using evidence::ScanEnd;

bool Search::full(const Slice& slice) const {
    return slice.records.size() >= kHitsPerSlice || slice_bytes_ >= kBytesPerSlice;
}

// Rising numbers only: a search that begins anew without the index says nothing twice.
void Search::hit(std::uint64_t number, std::vector<std::uint8_t> record, Slice& slice) {
    if (number < handed_over_)
        return;
    handed_over_ = number + 1;
    if (last_ != 0) {
        newest_.push_back(std::move(record));
        if (newest_.size() > last_)
            newest_.pop_front();
        return;
    }
    slice_bytes_ += record.size();
    slice.records.push_back(std::move(record));
}

// The block at the place. False: the index lied, or cannot be read.
Result<bool> Search::take_block(const LogFiles& log, Index& index, Slice& slice) {
    const auto& file = log.files()[place_.file];
    const BlockHead head = *index.find(file.name, place_.cursor.index);
    const bool outside = head.latest < query_.from || head.earliest >= query_.until ||
                         head.first + head.count <= query_.first || head.first >= query_.behind;
    if (!outside) {
        const auto block = index.load(file.name, head.first);
        if (!block)
            return false;
        for (const std::uint32_t at : block->find(query_)) {
            const std::uint64_t number = head.first + at;
            if (number < handed_over_)
                continue;
            if (full(slice))
                return true;  // the place stays: the rest of the block comes with the next slice
            const auto record = log.fetch({file.name, block->offset(at)}, number, end_);
            if (!record && record.error().code != Errc::kNotFound)
                return tl::unexpected(record.error());
            const auto view = record ? evidence::record_view(*record) : std::nullopt;
            if (!view || !query_.matches(*view))
                return false;
            hit(number, *record, slice);
        }
    }
    place_.cursor = {head.first + head.count, head.end, head.last_time, head.last};
    return true;
}

// Record by record, to where the index goes on.
Result<void> Search::scan(const LogFiles& log, const Index* index, Slice& slice) {
    std::uint64_t looked = 0;
    SUDARE_TRY(const ScanEnd ended, log.walk(place_, end_, [&](const evidence::Visited& record,
                                                               const RecordPlace& at) {
        if (query_.matches(record.view))
            hit(record.view.index, {record.bytes.begin(), record.bytes.end()}, slice);
        return ++looked < kRecordsPerSlice && !full(slice) &&
               (index == nullptr || index->find(at.file, record.view.index + 1) == nullptr);
    }));
    if (ended != ScanEnd::kVisitor && ended != ScanEnd::kEnd)
        return fail(Errc::kBadInput,
                    "the audit log is damaged at record " + std::to_string(place_.cursor.index) +
                        "; nothing behind it was searched. See: sudarectl log");
    return {};
}

Result<Search::Slice> Search::next(const LogFiles& log, Index* index) {
    Slice slice;
    slice_bytes_ = 0;
    const std::uint64_t end = std::min(end_.records, query_.behind);
    for (unsigned steps = 0; place_.cursor.index < end && !full(slice); ++steps) {
        if (steps == kBlocksPerSlice)
            return slice;
        // The end of a file is only known to who reads on; the next block may begin another file.
        log.settle(place_);
        const bool indexed = !full_ && index != nullptr && place_.file < log.files().size() &&
                             index->find(log.files()[place_.file].name, place_.cursor.index);
        if (!indexed) {
            SUDARE_CHECK(scan(log, full_ ? nullptr : index, slice));
            continue;
        }
        SUDARE_TRY(const bool honest, take_block(log, *index, slice));
        if (!honest) {
            index->discard("it does not tell what the log holds");
            full_ = true;
            place_ = {};
        }
    }
    slice.done = place_.cursor.index >= end;
    if (slice.done)
        for (auto& record : newest_)
            slice.records.push_back(std::move(record));
    return slice;
}

}  // namespace sudare::search

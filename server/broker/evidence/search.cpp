// SPDX-License-Identifier: Apache-2.0
#include "server/broker/evidence/search.h"

#include <algorithm>

namespace sudare::search {

using evidence::ScanEnd;

namespace {

constexpr std::size_t kHitsPerSlice = 500;
constexpr std::size_t kBytesPerSlice = 512U << 10;
// What a slice may look at; then others have their turn, and the broker may end.
constexpr std::size_t kCostPerSlice = 32U << 20;
constexpr std::size_t kCostOfRecord = 64, kCostOfFetch = 8192, kCostOfBlock = 65536;
constexpr std::size_t kNewestBytesMax = 64U << 20;
constexpr unsigned kFailuresMax = 3;
constexpr const char* kLied = "it does not tell what the log holds";

}  // namespace

bool Search::full(const Slice& slice) const {
    return slice.records.size() >= kHitsPerSlice || slice_bytes_ >= kBytesPerSlice ||
           cost_ >= kCostPerSlice;
}

// Rising numbers only: a search that begins anew without the index says nothing twice.
void Search::hit(std::uint64_t number, std::vector<std::uint8_t> record, Slice& slice) {
    if (number < handed_over_) {
        ++again_;
        return;
    }
    // Each that was handed over is a hit of the log: as many are the same.
    hidden_ = hidden_ || again_ != given_before_;
    if (hidden_)
        return;
    handed_over_ = number + 1;
    if (last_ != 0) {
        newest_bytes_ += record.size();
        newest_.push_back(std::move(record));
        if (newest_.size() > last_) {
            newest_bytes_ -= newest_.front().size();
            newest_.pop_front();
        }
        return;
    }
    ++given_;
    slice_bytes_ += record.size();
    slice.records.push_back(std::move(record));
}

void Search::begin_anew() {
    full_ = true;
    from_index_ = false;
    place_ = {};
    loaded_.reset();
    again_ = 0;
    given_before_ = given_;
    if (last_ != 0) {  // nobody saw any yet
        handed_over_ = newest_bytes_ = 0;
        newest_.clear();
    }
}

// False: it is damaged.
Result<bool> Search::load(const BlockHead& head, const std::string& file, Index& index) {
    loaded_ = Loaded{head.first, {}, 0};
    cost_ += kCostOfBlock;
    if (head.latest < query_.from || head.earliest >= query_.until ||
        head.first + head.count <= query_.first || head.first >= query_.behind)
        return true;
    const auto block = index.load(file, head.first);
    cost_ += head.body;
    if (!block)
        return false;
    for (const std::uint32_t at : block->find(query_))
        loaded_->hits.emplace_back(head.first + at, block->offset(at));
    return true;
}

// The block at the place. False: the index lied, or cannot be read.
Result<bool> Search::take_block(const LogFiles& log, Index& index, Slice& slice) {
    const auto& file = log.files()[place_.file];
    const BlockHead head = *index.find(file.name, place_.cursor.index);
    if (!loaded_ || loaded_->first != head.first) {
        SUDARE_TRY(const bool whole, load(head, file.name, index));
        if (!whole) {
            index.discard(kLied);
            return false;
        }
    }
    for (; loaded_->next < loaded_->hits.size(); ++loaded_->next) {
        if (full(slice))
            return true;  // the place stays: the rest of the block comes with the next slice
        const auto& [number, offset] = loaded_->hits[loaded_->next];
        const auto record = log.fetch({file.name, offset}, number, end_);
        cost_ += kCostOfFetch;
        if (!record && record.error().code != Errc::kNotFound)
            return tl::unexpected(record.error());
        const auto view = record ? evidence::record_view(*record) : std::nullopt;
        if (!view || !query_.matches(*view)) {
            suspected_ = true;
            return false;
        }
        hit(number, *record, slice);
    }
    loaded_.reset();
    from_index_ = true;
    place_.cursor = {head.first + head.count, head.end, head.last_time, head.last};
    return true;
}

// Record by record, to where the index goes on. False: what is there does not go on from a place
// that the index named.
Result<bool> Search::scan(const LogFiles& log, const Index* index, Slice& slice) {
    SUDARE_TRY(const ScanEnd ended,
               log.walk(place_, end_, [&](const evidence::Visited& record, const RecordPlace& at) {
                   from_index_ = false;
                   cost_ += record.bytes.size() + kCostOfRecord;
                   if (query_.matches(record.view))
                       hit(record.view.index, {record.bytes.begin(), record.bytes.end()}, slice);
                   return !full(slice) && (index == nullptr ||
                                           index->find(at.file, record.view.index + 1) == nullptr);
               }));
    if (ended == ScanEnd::kVisitor || ended == ScanEnd::kEnd)
        return true;
    if (from_index_) {
        suspected_ = true;
        return false;
    }
    return fail(Errc::kBadInput, "the audit log is damaged at record " +
                                     std::to_string(place_.cursor.index) +
                                     "; nothing behind it was searched. See: sudarectl log");
}

Result<void> Search::go_on(const LogFiles& log, Index* index, Slice& slice) {
    const std::uint64_t end = std::min(end_.records, query_.behind);
    // The end of a file is only known to who reads on; the next block may begin another file.
    for (log.settle(place_); place_.cursor.index < end && !full(slice); log.settle(place_)) {
        const bool indexed = !full_ && index != nullptr && place_.file < log.files().size() &&
                             index->find(log.files()[place_.file].name, place_.cursor.index);
        SUDARE_TRY(const bool honest, indexed ? take_block(log, *index, slice)
                                              : scan(log, full_ ? nullptr : index, slice));
        if (!honest)
            begin_anew();
        if (newest_bytes_ > kNewestBytesMax)
            return fail(Errc::kLimit, "last: the newest " + std::to_string(last_) +
                                          " hits are above 64 MiB; ask for fewer");
        if (hidden_)
            break;
    }
    if (place_.cursor.index >= end || hidden_)
        return finish(log, index, slice);
    return {};
}

Result<void> Search::finish(const LogFiles& log, Index* index, Slice& slice) {
    hidden_ = hidden_ || again_ != given_before_;
    // Not before it was seen that the log itself is whole.
    if (suspected_ && index != nullptr)
        index->discard(kLied);
    if (hidden_)
        return fail(Errc::kState,
                    "the index hid records that were asked for; it is made anew: search again");
    slice.done = true;
    for (auto& record : newest_)
        slice.records.push_back(std::move(record));
    for (const LogFiles::File& file : log.files())
        if (const auto& gone = file.deleted;
            !file.bytes && gone && gone->last_time >= query_.from &&
            gone->first_time < query_.until && gone->range.end() > query_.first &&
            gone->range.begin() < std::min(end_.records, query_.behind))
            slice.deleted.push_back(*gone);
    return {};
}

Result<Search::Slice> Search::next(const LogFiles& log, Index* index) {
    Slice slice;
    slice_bytes_ = cost_ = 0;
    const auto went = go_on(log, index, slice);
    if (went) {
        failures_ = 0;
        return slice;
    }
    // A segment may have been deleted by rule since the log was opened; the next slice opens it
    // anew.
    if (went.error().code == Errc::kSystem && failures_++ < kFailuresMax)
        return slice;
    return tl::unexpected(went.error());
}

}  // namespace sudare::search

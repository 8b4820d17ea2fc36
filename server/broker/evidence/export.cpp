// SPDX-License-Identifier: Apache-2.0
#include "server/broker/evidence/export.h"

#include <algorithm>

#include "protocol/evidence/proof_file.h"
#include "server/bundle/render.h"

namespace sudare::search {
namespace {

constexpr std::size_t kClimbBytes = 32U << 20;  // of the log, in one slice
constexpr std::size_t kWriteBytes = 256U << 10;
constexpr std::size_t kWriteHits = 256;  // each is read from the disk at its place
// Proofs are the largest file; whoever checks a bundle reads it whole.
constexpr std::uint64_t kFileBytesMax = evidence::kBundleBytesMax;

constexpr const char* kNotSigned =
    "the log is not what was signed: keep a copy of its directory and see sudare-verify";
constexpr const char* kGone = "records were deleted by rule meanwhile: export again";

}  // namespace

Result<Export> Export::create(Search search, LogEnd end, std::string note) {
    Export out(std::move(search), end);
    if (!note.empty()) {
        SUDARE_TRY(out.checkpoint_, evidence::parse_note(note));
        out.note_ = std::move(note);
    }
    out.later_ = evidence::CompactRange(out.signed_size());
    return out;
}

Result<Export::Slice> Export::next(const LogFiles& log, Index* index) {
    Slice slice;
    if (stage_ == Stage::kSearch) {
        SUDARE_CHECK(look(log, index));
    } else if (stage_ == Stage::kTree) {
        SUDARE_CHECK(climb(log));
    } else {
        SUDARE_CHECK(write(log, slice));
        slice.done = next_ == hits_.size();
    }
    return slice;
}

Result<void> Export::look(const LogFiles& log, Index* index) {
    SUDARE_TRY(const Search::Slice found, search_.next(log, index));
    for (const auto& record : found.records)
        hits_.push_back({evidence::record_view(record)->index});
    if (hits_.size() > bundle::kBundleRecordsMax)
        return fail(Errc::kLimit, "more than " + std::to_string(bundle::kBundleRecordsMax) +
                                      " records meet the criteria: export them in parts, by time");
    if (found.done) {
        deleted_ = found.deleted;
        stage_ = Stage::kTree;
    }
    return {};
}

Result<void> Export::take_gone(const evidence::DeletedSegment& gone) {
    const bool is_signed = gone.range.begin() < signed_size();
    const std::uint64_t at = is_signed ? sweep_.end() : later_.end();
    const bool hit = next_ < hits_.size() && hits_[next_].number < gone.range.end();
    if (hit || gone.range.begin() != at)
        return fail(Errc::kState, kGone);
    if (is_signed && gone.range.end() > signed_size())
        return fail(Errc::kBadInput, kNotSigned);
    if (is_signed)
        sweep_.pass(gone.range);
    else
        later_.append(gone.range);
    return {};
}

// Once over the whole log: the tree around what was found, and where it stands.
Result<void> Export::climb(const LogFiles& log) {
    const std::uint64_t limit = std::max(signed_size(), end_.records);
    std::size_t cost = 0;
    Result<void> fits;
    evidence::LogWalk walk(log.files(), place_);
    SUDARE_TRY(const auto ended,
               walk.run(
                   [&](const evidence::Visited& record) {
                       const std::size_t frame = record.bytes.size() + evidence::kFrameOverhead;
                       const std::uint64_t number = record.view.index;
                       const bool hit = next_ < hits_.size() && hits_[next_].number == number;
                       if (hit) {
                           hits_[next_].segment = walk.place().segment;
                           hits_[next_].offset = walk.place().cursor.offset - frame;
                           ++next_;
                       }
                       if (number >= signed_size())
                           later_.append(record.leaf);
                       else if (hit)
                           sweep_.choose(record.leaf);
                       else
                           sweep_.pass(record.leaf);
                       cost += frame;
                       return cost < kClimbBytes && number + 1 < limit;
                   },
                   [&](const evidence::DeletedSegment& gone) {
                       fits = take_gone(gone);
                       return fits.has_value() && gone.range.end() < limit;
                   }));
    SUDARE_CHECK(fits);
    place_ = walk.place();
    if (place_.cursor.index >= limit)
        return end_of_tree(place_.cursor.index);
    if (ended != evidence::ScanEnd::kVisitor)
        return fail(Errc::kBadInput, "the audit log is damaged at record " +
                                         std::to_string(place_.cursor.index) +
                                         ". See: sudarectl log");
    return {};
}

Result<void> Export::end_of_tree(std::uint64_t last) {
    whole_ = sweep_.finish();
    if (checkpoint_ && (whole_.end() != checkpoint_->size || whole_.root() != checkpoint_->root))
        return fail(Errc::kBadInput, kNotSigned);
    if (next_ != hits_.size() || last < end_.records)
        return fail(Errc::kState, kGone);
    next_ = 0;
    stage_ = Stage::kWrite;
    return {};
}

Result<void> Export::write(const LogFiles& log, Slice& slice) {
    if (next_ == 0) {
        put(slice, bundle::kCsv, bundle::csv_header());
        put(slice, bundle::kJson, "");
    }
    std::size_t written = 0;
    for (std::size_t n = 0; n < kWriteHits && written < kWriteBytes && next_ < hits_.size(); ++n) {
        const Hit& hit = hits_[next_++];
        const auto record =
            log.fetch({evidence::segment_name(hit.segment), hit.offset}, hit.number, end_);
        if (!record && record.error().code == Errc::kNotFound)
            return fail(Errc::kState, kGone);
        SUDARE_CHECK(record);
        const auto view = evidence::record_view(*record);
        if (hit.number < signed_size())
            put(slice, bundle::kProofs,
                evidence::write_proof({*record, hit.number, sweep_.next_proof(), note_}));
        else
            put(slice, bundle::kUnsigned, evidence::base64(*record) + "\n");
        put(slice, bundle::kJson, bundle::json_line(*view));
        put(slice, bundle::kCsv, bundle::csv_row(*view));
        written += record->size();
    }
    for (const auto& [name, file] : files_)
        if (file.bytes > kFileBytesMax)
            return fail(Errc::kLimit, name + " would be above 1 GiB: export in parts, by time");
    return {};
}

void Export::put(Slice& slice, const std::string& name, const std::string& bytes) {
    slice.bytes[name] += bytes;
    add_file(name, bytes);
}

void Export::add_file(const std::string& name, std::string_view bytes) {
    File& file = files_[name];
    file.hash.add(bytes);
    file.bytes += bytes.size();
}

bundle::Manifest Export::manifest() {
    bundle::Manifest out;
    if (checkpoint_)
        out.checkpoint = {checkpoint_->size, checkpoint_->root, checkpoint_->origin};
    const auto not_signed = std::ranges::lower_bound(hits_, signed_size(), {}, &Hit::number);
    out.signed_records = static_cast<std::uint64_t>(not_signed - hits_.begin());
    out.unsigned_records = hits_.size() - out.signed_records;
    if (!hits_.empty())
        out.between = {hits_.front().number, hits_.back().number};
    for (const evidence::DeletedSegment& gone : deleted_)
        out.deleted.push_back({gone.range.begin(), gone.range.end()});
    for (auto& [name, file] : files_) {
        if (!file.done)
            file.done = file.hash.finish();
        out.files.push_back({*file.done, file.bytes, name});
    }
    return out;
}

Result<std::string> Export::prove_later(const LogFiles& log, std::uint64_t number,
                                        const std::string& note) {
    std::optional<evidence::Checkpoint> checkpoint;
    if (!note.empty()) {
        SUDARE_TRY(checkpoint, evidence::parse_note(note));
    }
    const std::uint64_t limit = checkpoint ? checkpoint->size : number + 1;
    evidence::InclusionSweep sweep;
    sweep.pass(whole_);
    sweep.pass(later_);
    std::vector<std::uint8_t> bytes;
    evidence::LogWalk walk(log.files(), place_);
    SUDARE_TRY([[maybe_unused]] const auto ended, walk.run([&](const evidence::Visited& record) {
        if (record.view.index != number) {
            sweep.pass(record.leaf);
        } else {
            sweep.choose(record.leaf);
            bytes.assign(record.bytes.begin(), record.bytes.end());
        }
        return record.view.index + 1 < limit;
    }));
    if (bytes.empty() || walk.place().cursor.index != limit)
        return fail(Errc::kBadInput, "record " + std::to_string(number) + " is not in the log");
    if (!checkpoint)
        return evidence::base64(bytes) + "\n";
    if (sweep.finish().root() != checkpoint->root)
        return fail(Errc::kBadInput, kNotSigned);
    return evidence::write_proof({bytes, number, sweep.next_proof(), note});
}

}  // namespace sudare::search

// SPDX-License-Identifier: Apache-2.0
#include "server/verify/check.h"

#include <algorithm>

#include "protocol/evidence/merkle.h"
#include "server/broker/audit/events.h"
#include "server/verify/deletions.h"

namespace sudare::verify {
namespace {

using evidence::Checkpoint;
using evidence::ScanEnd;

// What a crash can leave behind the last record: the queue of the writer
// (server/broker/audit/log.h).
constexpr std::uint64_t kTornTailMax = 8U << 20;

struct Signed {
    Checkpoint checkpoint;
    std::string key_id;
    std::string file;
};

class Check {
public:
    Check(const LogSource& source, std::span<const evidence::VerifierKey> keys)
        : source_(source), keys_(keys) {}

    Result<Report> run() {
        report_.set_aside = source_.set_aside;
        report_.strange = source_.strange;
        report_.segments = source_.segments.size();
        take_checkpoints();
        SUDARE_CHECK(take_records());
        judge_deleted();
        judge_rest();
        return std::move(report_);
    }

private:
    void find(Fault fault, std::string file, std::uint64_t index, std::uint64_t offset = 0,
              std::string detail = {}) {
        report_.findings.push_back({fault, std::move(file), index, offset, std::move(detail)});
    }

    void take_checkpoints();
    void take_note(std::string_view note, const char* file);
    Result<void> take_records();
    void take_record(const evidence::Visited& record);
    void take_deleted(const evidence::DeletedSegment& segment);
    void judge_deleted();
    void compare();
    Result<void> judge_end(const evidence::LogWalk& walk, ScanEnd end);
    void judge_rest();

    const LogSource& source_;
    std::span<const evidence::VerifierKey> keys_;
    Report report_;
    std::vector<Signed> signed_;  // by size
    std::size_t compared_ = 0;    // of signed_
    evidence::CompactRange tree_;
    Deletions deletions_;
};

void Check::take_note(std::string_view note, const char* file) {
    auto verified = evidence::verify_note(note, keys_);
    if (verified) {
        signed_.push_back({std::move(verified->checkpoint), verified->key->id(), file});
        return;
    }
    const Error& error = verified.error();
    if (error.code == Errc::kNotFound)
        ++report_.other_keys;
    else
        find(error.code == Errc::kDenied ? Fault::kCheckpointSignature : Fault::kCheckpointForm,
             file, 0, 0, error.message);
}

void Check::take_checkpoints() {
    std::string_view rest = source_.history;
    while (const auto note = evidence::take_note(rest))
        take_note(*note, "checkpoints");
    if (!rest.empty()) {
        // The broker replaces `checkpoint` and then appends the same: what a crash leaves is its
        // beginning.
        if ((source_.checkpoint + "\n").starts_with(rest))
            report_.torn_history = true;
        else
            find(Fault::kCheckpointForm, "checkpoints", 0, source_.history.size() - rest.size(),
                 "what stands at its end is no whole note");
    }
    if (!source_.checkpoint.empty())
        take_note(source_.checkpoint, "checkpoint");
    std::ranges::stable_sort(signed_, {}, [](const Signed& s) { return s.checkpoint.size; });
    for (std::size_t i = 1; i < signed_.size(); ++i)
        if (signed_[i].checkpoint.size == signed_[i - 1].checkpoint.size &&
            signed_[i].checkpoint.root != signed_[i - 1].checkpoint.root)
            find(Fault::kForkSigned, signed_[i].file, signed_[i].checkpoint.size);
}

// The tree has as many leaves as the next checkpoints speak of.
void Check::compare() {
    for (; compared_ < signed_.size() && signed_[compared_].checkpoint.size == tree_.end();
         ++compared_) {
        const Signed& one = signed_[compared_];
        if (one.checkpoint.root != tree_.root()) {
            find(Fault::kCheckpointRoot, one.file, one.checkpoint.size);
            continue;
        }
        ++report_.checkpoints;
        report_.proven = one.checkpoint;
        report_.key_id = one.key_id;
        report_.proven_time = report_.last_time;
    }
}

void Check::take_record(const evidence::Visited& record) {
    if (tree_.end() == 0)
        report_.first_time = record.view.time;
    if (record.view.event == static_cast<std::uint16_t>(audit::EventType::kLogSegmentDeleted))
        take_deletion(record.view, deletions_);
    report_.last_time = record.view.time;
    tree_.append(record.leaf);
    switch (static_cast<audit::EventType>(record.view.event)) {
        case audit::EventType::kLogRecovered:
        case audit::EventType::kClockBack:
        case audit::EventType::kLogLost:
        case audit::EventType::kLogUnsigned:
            ++report_.told[record.view.event];
            break;
        default:
            break;
    }
    compare();
}

// The tree goes on over what stays of the segment. A checkpoint whose size lies within can no
// longer be compared; that each later one continues it is what the signer saw to.
void Check::take_deleted(const evidence::DeletedSegment& segment) {
    if (tree_.end() == 0)
        report_.first_time = segment.first_time;
    report_.last_time = segment.last_time;
    report_.deleted_records += segment.range.end() - segment.range.begin();
    report_.deleted.push_back({evidence::deleted_name(segment.range.begin()), segment.range.begin(),
                               segment.range.end(), segment.first_time, segment.last_time,
                               hash_of(segment), "", false});
    for (; compared_ < signed_.size() &&
           signed_[compared_].checkpoint.size < segment.range.end();
         ++compared_)
        ++report_.inside_deleted;
    tree_.append(segment.range);
    compare();
}

// Its record stands behind the segment, often much later.
void Check::judge_deleted() {
    for (Deleted& one : report_.deleted) {
        const auto said = deletions_.find(one.hash);
        one.recorded = said != deletions_.end();
        if (one.recorded)
            one.rule = said->second;
        else
            find(Fault::kDeletedUnrecorded, one.file, one.first);
    }
}

Result<void> Check::take_records() {
    if (source_.segments.empty())
        find(Fault::kNoRecords, "", 0);
    compare();  // a checkpoint of the empty log
    evidence::LogWalk walk(source_.segments);
    SUDARE_TRY(const ScanEnd end, walk.run(
                                      [&](const evidence::Visited& record) {
                                          take_record(record);
                                          return true;
                                      },
                                      [&](const evidence::DeletedSegment& segment) {
                                          take_deleted(segment);
                                          return true;
                                      }));
    report_.records = walk.place().cursor.index;
    report_.last_hash = walk.place().cursor.last;
    return judge_end(walk, end);
}

Result<void> Check::judge_end(const evidence::LogWalk& walk, ScanEnd end) {
    const auto& at = walk.place().cursor;
    const evidence::Segment* segment = walk.segment();
    const auto say = [&](Fault fault) {
        find(fault, segment == nullptr ? "" : segment->name, at.index, at.offset);
    };
    switch (end) {
        case ScanEnd::kEnd:
        case ScanEnd::kVisitor:
            return {};
        case ScanEnd::kForm:
            say(Fault::kForm);
            return {};
        case ScanEnd::kIndex:
            say(segment->first != at.index && at.offset == 0 ? Fault::kSegment : Fault::kIndex);
            return {};
        case ScanEnd::kChain:
            say(Fault::kChain);
            return {};
        case ScanEnd::kClock:
            say(Fault::kClock);
            return {};
        case ScanEnd::kDeleted:
            say(Fault::kDeletedForm);
            return {};
        case ScanEnd::kNoFrame:
            break;
    }
    const std::uint64_t left =
        segment->bytes->size() > at.offset ? segment->bytes->size() - at.offset : 0;
    const bool last = walk.in_last();
    SUDARE_TRY(const bool follows, record_follows(*segment->bytes, at.offset, kTornTailMax));
    // Behind all that was signed a crash may leave whole records behind a hole, when the disk wrote
    // the blocks of one group in another order. Who could make such a hole could as well cut the
    // tail off.
    const bool behind_all_signed = report_.proven && compared_ == signed_.size();
    if (!last || left > kTornTailMax || (follows && !behind_all_signed)) {
        say(Fault::kDamaged);
        return {};
    }
    report_.torn_bytes = left;
    report_.torn_records = follows;
    return {};
}

// Checkpoints of more records than are there. After a damage they say nothing new.
void Check::judge_rest() {
    const bool damaged = std::ranges::any_of(report_.findings, [](const Finding& found) {
        return found.fault <= Fault::kClock && found.fault != Fault::kNoRecords;
    });
    if (compared_ < signed_.size() && !damaged)
        find(Fault::kRecordsMissing, signed_.back().file, signed_.back().checkpoint.size);
}

}  // namespace

const char* name_of(Fault fault) {
    switch (fault) {
        case Fault::kNoRecords:
            return "no_records";
        case Fault::kSegment:
            return "segment";
        case Fault::kDeletedForm:
            return "deleted_form";
        case Fault::kDamaged:
            return "damaged";
        case Fault::kForm:
            return "form";
        case Fault::kIndex:
            return "index";
        case Fault::kChain:
            return "chain";
        case Fault::kClock:
            return "clock";
        case Fault::kCheckpointForm:
            return "checkpoint_form";
        case Fault::kCheckpointSignature:
            return "checkpoint_signature";
        case Fault::kCheckpointRoot:
            return "checkpoint_root";
        case Fault::kRecordsMissing:
            return "records_missing";
        case Fault::kDeletedUnrecorded:
            return "deleted_unrecorded";
        case Fault::kForkSigned:
            return "fork_signed";
        case Fault::kInclusion:
            return "inclusion";
        case Fault::kFile:
            return "file";
        case Fault::kManifest:
            return "manifest";
        case Fault::kTable:
            return "table";
        case Fault::kExport:
            return "export";
        case Fault::kSigner:
            return "signer_key";
        case Fault::kRecord:
            return "record";
    }
    return "";
}

Verdict verdict_of(const Report& report) {
    if (!report.findings.empty())
        return Verdict::kChanged;
    // A checkpoint that nobody could judge may be a changed one: then not all is proven.
    return report.proven && report.other_keys == 0 ? Verdict::kProven : Verdict::kNotProven;
}

Result<Report> check_log(const LogSource& source, std::span<const evidence::VerifierKey> keys) {
    return Check(source, keys).run();
}

}  // namespace sudare::verify

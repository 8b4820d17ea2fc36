// SPDX-License-Identifier: Apache-2.0
#include "server/verify/follow.h"

#include <sys/stat.h>

#include <ctime>

#include "protocol/evidence/durable_file.h"
#include "protocol/evidence/merkle.h"
#include "server/broker/audit/events.h"

namespace sudare::verify {
namespace {

Step alarm(Alarm what, std::string detail) {
    return {what, std::move(detail), false, 0};
}

std::string sizes(std::uint64_t seen, std::uint64_t believed) {
    return std::to_string(seen) + " records, " + std::to_string(believed) + " were believed";
}

}  // namespace

const char* name_of(Alarm alarm) {
    switch (alarm) {
        case Alarm::kNone:
            return "none";
        case Alarm::kRollback:
            return "rollback";
        case Alarm::kFork:
            return "fork";
        case Alarm::kChanged:
            return "changed";
        case Alarm::kSignature:
            return "signature";
        case Alarm::kSilence:
            return "silence";
        case Alarm::kSource:
            return "source";
        case Alarm::kState:
            return "state";
    }
    return "";
}

Result<Follower> Follower::open(std::string directory, std::string state,
                                std::vector<evidence::VerifierKey> keys) {
    Follower follower(std::move(directory), std::move(state), std::move(keys));
    const auto note = evidence::read_file(follower.state_, evidence::kNoteBytesMax);
    if (!note && note.error().code == Errc::kNotFound)
        return follower;
    if (!note)
        return tl::unexpected(note.error());
    auto verified = evidence::verify_note(*note, follower.keys_);
    if (!verified)
        return fail(Errc::kBadInput, follower.state_ + ": " + verified.error().message);
    follower.believed_ = std::move(verified->checkpoint);
    return follower;
}

std::optional<std::int64_t> Follower::age() const {
    struct stat info {};
    if (!believed_ || ::stat(state_.c_str(), &info) != 0)
        return std::nullopt;
    return static_cast<std::int64_t>(std::time(nullptr)) - static_cast<std::int64_t>(info.st_mtime);
}

Step Follower::look(bool thorough) {
    if (thorough) {
        place_ = {};
        tree_ = evidence::CompactRange();
        read_.clear();
        deletions_.clear();
    }
    const auto source = open_log(directory_);
    if (!source)
        return alarm(Alarm::kSource, source.error().message);
    return judge(*source);
}

// What was read must still be there: the segment, or what stands for it when it was deleted by
// rule, exactly as it follows from what was read.
bool Follower::shrunk(const LogSource& source) const {
    if (source.segments.size() < read_.size())
        return true;
    for (std::size_t i = 0; i < read_.size(); ++i) {
        const evidence::Segment& now = source.segments[i];
        if (now.first != read_[i].first)
            return true;
        const bool last = i + 1 == read_.size();
        if (now.bytes && last && now.bytes->size() < place_.cursor.offset)
            return true;
        if (!now.bytes && !last &&
            (!now.deleted || now.deleted->range.begin() != read_[i].tree.begin() ||
             now.deleted->range.end() != read_[i].tree.end() ||
             now.deleted->range.nodes() != read_[i].tree.nodes()))
            return true;
    }
    return false;
}

// A deletion has its record before it happens, but the record may be under no checkpoint yet when
// the deletion is seen: it must be under the next one.
Step Follower::judge_deleted(const LogSource& source) {
    for (const evidence::Segment& one : source.segments) {
        if (!one.deleted || deletions_.contains(hash_of(*one.deleted)))
            continue;
        const auto [seen, first] = unrecorded_.try_emplace(one.name, tree_.end());
        if (!first && tree_.end() > seen->second)
            return alarm(Alarm::kChanged,
                         one.name + " stands for records that are gone, and no record says that "
                                    "they were deleted");
    }
    return {};
}

Step Follower::judge(const LogSource& source) {
    if (shrunk(source))
        return alarm(Alarm::kRollback, "records that were there are gone");
    std::optional<evidence::Checkpoint> newest;
    if (!source.checkpoint.empty()) {
        auto verified = evidence::verify_note(source.checkpoint, keys_);
        if (!verified)
            return alarm(Alarm::kSignature, verified.error().message);
        newest = std::move(verified->checkpoint);
    }
    // A log without its checkpoint is put back, too; a first look may come before the first one.
    const std::uint64_t size = newest ? newest->size : 0;
    if (believed_ && size < believed_->size)
        return alarm(Alarm::kRollback, "checkpoint of " + sizes(size, believed_->size));
    if (believed_ && size == believed_->size && newest->root != believed_->root)
        return alarm(Alarm::kFork, "another checkpoint of " + std::to_string(size) + " records");
    Step step = read_to(source, size);
    if (step.alarm != Alarm::kNone || !newest)
        return step;
    if (tree_.end() < size) {
        // A copy may bring the checkpoint before its records; what was believed must be there.
        if (believed_ && tree_.end() < believed_->size)
            return alarm(Alarm::kRollback, sizes(tree_.end(), believed_->size));
        return step;
    }
    if (tree_.root() != newest->root)
        return alarm(Alarm::kFork, "the first " + std::to_string(size) +
                                       " records are not those that were signed");
    if (believed_ && *believed_ == *newest)
        return step;
    return believe(*newest, source.checkpoint);
}

// A leaf or what stays of a segment.
template <typename Leaves>
void Follower::take(const evidence::LogWalk& walk, const Leaves& more) {
    const std::uint64_t first = walk.place().segment;
    if (read_.empty() || read_.back().first != first)
        read_.push_back({first, evidence::CompactRange(tree_.end())});
    read_.back().tree.append(more);
    tree_.append(more);
}

Step Follower::read_to(const LogSource& source, std::uint64_t size) {
    const auto believed_fails = [&] {
        return believed_ && believed_->size == tree_.end() && tree_.root() != believed_->root;
    };
    bool forked = believed_fails();
    std::string gone;  // cannot be joined to what was read, or hides what was believed
    evidence::LogWalk walk(source.segments, place_);
    const auto on_record = [&](const evidence::Visited& record) {
        take(walk, record.leaf);
        if (record.view.event == static_cast<std::uint16_t>(audit::EventType::kLogSegmentDeleted))
            take_deletion(record.view, deletions_);
        forked = forked || believed_fails();
        return tree_.end() < size && !forked;
    };
    const auto on_deleted = [&](const evidence::DeletedSegment& segment) {
        const std::uint64_t from = segment.range.begin(), to = segment.range.end();
        if (from != tree_.end() || (believed_ && believed_->size > from && believed_->size < to)) {
            gone = evidence::deleted_name(from);
            return false;
        }
        take(walk, segment.range);
        forked = forked || believed_fails();
        return tree_.end() < size && !forked;
    };
    const auto end = tree_.end() >= size
                         ? Result<evidence::ScanEnd>(evidence::ScanEnd::kVisitor)
                         : walk.run(on_record, on_deleted);
    if (!end)
        return alarm(Alarm::kSource, end.error().message);
    place_ = walk.place();
    if (!gone.empty())
        return alarm(Alarm::kRollback,
                     gone + " stands for records that were deleted by rule, and what was believed "
                            "or read so far ends within them: it can no longer be compared");
    if (forked)
        return alarm(Alarm::kFork, "the first " + std::to_string(believed_->size) +
                                       " records are not those that were believed");
    const bool waits = *end == evidence::ScanEnd::kEnd || *end == evidence::ScanEnd::kVisitor ||
                       *end == evidence::ScanEnd::kNoFrame;
    // An unfinished frame may be on its way, unless what it belongs to was believed or signed long
    // ago: then the silence tells.
    if (!waits ||
        (*end == evidence::ScanEnd::kNoFrame && believed_ && tree_.end() < believed_->size))
        return alarm(Alarm::kChanged, "the log does not hold at record " +
                                          std::to_string(place_.cursor.index) +
                                          ": sudare-verify says more");
    return judge_deleted(source);
}

Step Follower::believe(const evidence::Checkpoint& checkpoint, const std::string& note) {
    if (const auto kept = evidence::replace_file(state_, note, 0600); !kept)
        return alarm(Alarm::kState, kept.error().message);
    believed_ = checkpoint;
    return {Alarm::kNone, "", true, checkpoint.size};
}

}  // namespace sudare::verify

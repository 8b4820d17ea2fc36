// SPDX-License-Identifier: Apache-2.0
#include "server/verify/follow.h"

#include <sys/stat.h>

#include <ctime>

#include "protocol/evidence/durable_file.h"
#include "protocol/evidence/merkle.h"

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
    }
    const auto source = open_log(directory_);
    if (!source)
        return alarm(Alarm::kSource, source.error().message);
    return judge(*source);
}

bool Follower::shrunk(const LogSource& source) const {
    if (source.segments.size() < read_.size())
        return true;
    for (std::size_t i = 0; i < read_.size(); ++i)
        if (source.segments[i].name != read_[i])
            return true;
    return !read_.empty() && source.segments[place_.segment].bytes->size() < place_.cursor.offset;
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

Step Follower::read_to(const LogSource& source, std::uint64_t size) {
    bool forked = believed_ && believed_->size == tree_.end() && tree_.root() != believed_->root;
    Walk walk(source, place_);
    const auto end = tree_.end() >= size
                         ? Result<evidence::ScanEnd>(evidence::ScanEnd::kVisitor)
                         : walk.run([&](const evidence::Visited& record) {
                               tree_.append(record.leaf);
                               forked = forked || (believed_ && believed_->size == tree_.end() &&
                                                   tree_.root() != believed_->root);
                               return tree_.end() < size && !forked;
                           });
    if (!end)
        return alarm(Alarm::kSource, end.error().message);
    place_ = walk.place();
    for (std::size_t i = read_.size(); i <= place_.segment && i < source.segments.size(); ++i)
        read_.push_back(source.segments[i].name);
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
    return {};
}

Step Follower::believe(const evidence::Checkpoint& checkpoint, const std::string& note) {
    if (const auto kept = evidence::replace_file(state_, note, 0600); !kept)
        return alarm(Alarm::kState, kept.error().message);
    believed_ = checkpoint;
    return {Alarm::kNone, "", true, checkpoint.size};
}

}  // namespace sudare::verify

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "protocol/evidence/checkpoint.h"
#include "protocol/evidence/merkle.h"
#include "server/verify/deletions.h"
#include "server/verify/log_source.h"

// Watches a log that grows, from a place that its owner cannot write: the last checkpoint that was
// believed is kept, made durable before anybody hears of it, and every later one must continue it.
namespace sudare::verify {

enum class Alarm {
    kNone,
    kRollback,   // fewer records, or an older checkpoint, than was believed
    kFork,       // another past than was believed
    kChanged,    // records that do not hold
    kSignature,  // a checkpoint that is none, or of another key
    kSilence,    // nothing new for too long
    kSource,     // the log cannot be read
    kState,      // what was to be believed cannot be kept
};
const char* name_of(Alarm alarm);

struct Step {
    Alarm alarm = Alarm::kNone;
    std::string detail;
    bool news = false;          // a newer checkpoint is believed
    std::uint64_t records = 0;  // that it covers
};

class Follower {
public:
    // state: path of the file with the last checkpoint; made at the first one. Errors: kBadInput:
    // it holds what none of the keys has signed.
    static Result<Follower> open(std::string directory, std::string state,
                                 std::vector<evidence::VerifierKey> keys);

    // Looks once. The first look, and each with `thorough`, reads the whole log again.
    Step look(bool thorough);
    // Since when the newest believed checkpoint is known, in seconds; nullopt: there is none.
    [[nodiscard]] std::optional<std::int64_t> age() const;

private:
    Follower(std::string directory, std::string state, std::vector<evidence::VerifierKey> keys)
        : directory_(std::move(directory)), state_(std::move(state)), keys_(std::move(keys)) {}

    Step judge(const LogSource& source);
    // Reads on to `size` records, holding the tree against what is believed on the way.
    Step read_to(const LogSource& source, std::uint64_t size);
    Step believe(const evidence::Checkpoint& checkpoint, const std::string& note);
    template <typename Leaves>
    void take(const evidence::LogWalk& walk, const Leaves& more);
    Step judge_deleted(const LogSource& source);
    [[nodiscard]] bool shrunk(const LogSource& source) const;

    std::string directory_, state_;
    std::vector<evidence::VerifierKey> keys_;
    std::optional<evidence::Checkpoint> believed_;
    // A segment that was read, and the tree over what was read of it.
    struct Read {
        std::uint64_t first;
        evidence::CompactRange tree;
    };
    evidence::LogPlace place_;
    evidence::CompactRange tree_;
    std::vector<Read> read_;  // up to the place
    Deletions deletions_;     // that the log tells of, up to the place
    // Deletions of which no record was seen -> records that were read when they were.
    std::map<std::string, std::uint64_t> unrecorded_;
};

}  // namespace sudare::verify

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocol/evidence/checkpoint.h"
#include "protocol/evidence/inclusion_sweep.h"
#include "server/broker/evidence/search.h"
#include "server/bundle/manifest.h"

// Makes the files of a bundle of evidence (server/bundle/manifest.h) from the log, a slice at a time:
// looks for the records, goes through the log once for the tree around them, then reads each again
// and writes it with its proof. What is kept grows with the records that are found (some hundred bytes
// for each), not with the log, and at most bundle::kBundleRecordsMax are.
namespace sudare::search {

class Export {
public:
    // `note`: the signed checkpoint under which the proofs stand; empty: nothing is signed. Errors:
    // kBadInput: it is none.
    static Result<Export> create(Search search, LogEnd end, std::string note);

    struct Slice {
        std::map<std::string, std::string> bytes;  // name of the file -> what comes next in it
        bool done = false;
    };
    // Goes on, for some tenths of a second and about 256 KiB of each file. Errors: those of
    // Search::next; kLimit: too many records; kState: a segment was deleted meanwhile, export again;
    // kBadInput: the log is not whole, or is not what was signed.
    Result<Slice> next(const LogFiles& log, Index* index);

    // After the last slice: what was made, without criteria, reason and person.
    bundle::Manifest manifest();
    void add_file(const std::string& name, std::string_view bytes);  // that somebody else made

    // After the last slice: the record of this number, which came later, as a proof under this later
    // checkpoint; without a note its bytes in base64. Errors: kBadInput: it is not so in the log.
    Result<std::string> prove_later(const LogFiles& log, std::uint64_t number, const std::string& note);

private:
    enum class Stage { kSearch, kTree, kWrite };
    struct Hit {
        std::uint64_t number = 0;
        std::uint64_t segment = 0, offset = 0;
    };
    Export(Search search, LogEnd end) : search_(std::move(search)), end_(end) {}
    [[nodiscard]] std::uint64_t signed_size() const { return checkpoint_ ? checkpoint_->size : 0; }
    Result<void> look(const LogFiles& log, Index* index);
    Result<void> climb(const LogFiles& log);
    Result<void> take_gone(const evidence::DeletedSegment& gone);
    Result<void> end_of_tree(std::uint64_t last);
    Result<void> write(const LogFiles& log, Slice& slice);
    void put(Slice& slice, const std::string& name, const std::string& bytes);

    Search search_;
    LogEnd end_;
    std::string note_;
    std::optional<evidence::Checkpoint> checkpoint_;
    Stage stage_ = Stage::kSearch;
    std::vector<Hit> hits_;
    std::vector<evidence::DeletedSegment> deleted_;
    evidence::LogPlace place_;
    std::size_t next_ = 0;  // hit, of the stage
    evidence::InclusionSweep sweep_;
    evidence::CompactRange whole_;  // of what is signed
    evidence::CompactRange later_;  // behind it, as far as was read
    struct File {
        evidence::Sha256Stream hash;
        std::uint64_t bytes = 0;
        std::optional<evidence::Hash> done;
    };
    std::map<std::string, File> files_;
};

}  // namespace sudare::search

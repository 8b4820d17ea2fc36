// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "protocol/evidence/proof_file.h"
#include "server/verify/log_source.h"
#include "server/verify/report.h"

// Single records with their proofs, away from the log (evidence/proof_file.h).
namespace sudare::verify {

struct BundleReport {
    struct Line {
        std::uint64_t index = 0;
        std::string text;  // the record, as sudarectl log shows it
        bool proven = false;
    };
    std::vector<Line> records;
    bool without_gap = false;                    // their numbers are consecutive
    std::optional<evidence::Checkpoint> newest;  // of those that prove them
    std::string key_id;
    std::uint64_t other_keys = 0;  // records under a checkpoint of no given key
    std::vector<Finding> findings;
};
Verdict verdict_of(const BundleReport& report);

// Errors: kBadInput: the text is no bundle.
Result<BundleReport> check_bundle(std::string_view text,
                                  std::span<const evidence::VerifierKey> keys);

// What check_bundle does with each; `report` grows.
void check_proofs(BundleReport& report, std::span<const evidence::RecordProof> proofs,
                  std::span<const evidence::VerifierKey> keys);

// A bundle of these records under the newest checkpoint of the log, which one of the keys must have
// signed. Errors: kBadInput when the log does not hold or a record is not covered.
Result<std::string> extract(const LogSource& source, std::vector<std::uint64_t> indices,
                            std::span<const evidence::VerifierKey> keys);

// The signed records of one session, for extract(). Errors: kBadInput when nothing is signed by one of
// the keys; kNotFound when no signed record is of it.
struct SessionRecords {
    std::vector<std::uint64_t> indices;
    // Deleted by rule, and may have held more of it: not what lies before its beginning or behind its
    // end, where those are among the records.
    std::vector<evidence::DeletedSegment> gone;
};
Result<SessionRecords> records_of_session(const LogSource& source, std::uint64_t session,
                                                      std::span<const evidence::VerifierKey> keys);

// "index  time  event  field=value ...": names where this version knows them, else numbers;
// whatever could drive a terminal is escaped.
std::string line_of(const evidence::RecordView& record);
std::string time_text(std::int64_t nanoseconds);

}  // namespace sudare::verify

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocol/evidence/checkpoint.h"

// What a check found, before it is put in words. Numbers of records count from 0.
namespace sudare::verify {

// What cannot be in a log that nobody changed.
enum class Fault {
    kNoRecords,            // there is no segment
    kSegment,              // a segment does not begin where the one before ended
    kDeletedForm,          // what stands for a deleted segment is malformed or does not fit
    kDamaged,              // bytes that are no record, and no torn tail
    kForm,                 // a whole frame with what is no record
    kIndex,                // a record has another number: removed, inserted or moved
    kChain,                // a record does not follow from the one before
    kClock,                // older than the one before, without a clock_back
    kCheckpointForm,       // a checkpoint that is none
    kCheckpointSignature,  // a checkpoint with a wrong signature
    kCheckpointRoot,       // the records are not those that were signed
    kRecordsMissing,       // fewer records than were signed
    kDeletedUnrecorded,    // a segment is gone and no record says that it was deleted
    kForkSigned,           // one size, two roots, both signed
    kInclusion,            // bundle: the record is not in the signed log
    kRecord,               // bundle: no record, or another number than the proof says
    kFile,                 // export: not as the manifest says, missing, or not in it
    kManifest,             // export: malformed, or not what the records say
    kTable,                // export: records.csv or records.jsonl say something else than the records
    kExport,               // export: the record of it is not about this manifest
    kSigner,               // export: signer.pub is another key
};
const char* name_of(Fault fault);

inline constexpr std::uint64_t kNoIndex = UINT64_MAX;

struct Finding {
    Fault fault;
    std::string file;
    std::uint64_t index = 0;   // of the record that should be there, or the size of the checkpoint; or kNoIndex
    std::uint64_t offset = 0;  // in the file; records only
    std::string detail;        // may be empty
};

// A segment that was deleted by rule: its hashes stand in the tree, its content is gone.
struct Deleted {
    std::string file;
    std::uint64_t first = 0, end = 0;  // records [first, end)
    std::int64_t first_time = 0, last_time = 0;
    evidence::Hash hash{};  // of the file that stands for it
    std::string rule;       // as the record of the deletion says; empty: there is none
    bool recorded = false;
};

struct Report {
    std::uint64_t records = 0;                   // whole, in order, chained
    std::int64_t first_time = 0, last_time = 0;  // nanoseconds since 1970
    evidence::Hash last_hash{};
    std::uint64_t segments = 0;
    std::vector<Deleted> deleted;       // among the records, the content not provable any more
    std::uint64_t deleted_records = 0;  // in them

    std::uint64_t checkpoints = 0;  // signed by a given key and equal to the records
    std::uint64_t inside_deleted = 0;  // end within a deleted segment: not comparable any more
    std::uint64_t other_keys = 0;   // signed by none of the given keys
    // The newest that holds, and by whom. Empty: nothing is proven.
    std::optional<evidence::Checkpoint> proven;
    std::string key_id;
    std::int64_t proven_time = 0;  // of the last record that it covers

    std::uint64_t torn_bytes =
        0;                      // behind the last record: a crash, or a writer in the middle of one
    bool torn_records = false;  // there are whole records among them, behind a hole
    bool torn_history = false;  // the same in `checkpoints`
    std::map<std::uint16_t, std::uint64_t>
        told;  // event -> count: what the log itself says of its faults
    std::vector<std::string> set_aside, strange;  // files

    std::vector<Finding> findings;  // empty: nobody changed anything that was signed
};

enum class Verdict { kProven, kChanged, kNotProven };
Verdict verdict_of(const Report& report);

// Process exit codes; 2 is "could not be checked".
inline constexpr int kExitProven = 0, kExitChanged = 1, kExitNotChecked = 2, kExitNotProven = 3,
                     kExitSilence = 4;

}  // namespace sudare::verify

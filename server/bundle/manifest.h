// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/core/result.h"
#include "protocol/evidence/hash.h"

// What a bundle of evidence consists of. Its SHA-256 stands in the log, in the record
// evidence_exported that was on the disk before the manifest was handed out; the signer's next
// checkpoint covers that record. So the log's signature is the manifest's.
//
//   sudare evidence bundle 1
//   checkpoint <size> <root, base64> <name of the log>     or: checkpoint none
//   records <under it> <not signed>
//   between <first number> <last number>                    when there are records
//   deleted <first number> <behind the last>                any count: may have held what was asked for
//   criteria <JSON string>                                  as in evidence_exported
//   reason <JSON string>
//   exported_by <user id>
//   program <JSON string>
//   file <SHA-256, hex> <bytes> <name>                      by name
namespace sudare::bundle {

// Files of a bundle. Those of records are left out when there are none of that kind.
inline constexpr char kManifest[] = "manifest";
inline constexpr char kProofs[] = "records.tlog-proof";     // each record with its proof
inline constexpr char kUnsigned[] = "records.unsigned";     // not signed yet: base64, one a line
inline constexpr char kJson[] = "records.jsonl";            // both, for scripts
inline constexpr char kCsv[] = "records.csv";               // both, for spreadsheets
inline constexpr char kReadme[] = "README.txt";
inline constexpr char kSchema[] = "schema.json";
inline constexpr char kExportProof[] = "export.tlog-proof";  // evidence_exported with its proof
inline constexpr char kExportUnsigned[] = "export.unsigned";
inline constexpr char kSignerKey[] = "signer.pub";  // to compare with one's own copy; proves nothing

inline constexpr std::size_t kManifestBytesMax = 4U << 20;
inline constexpr std::size_t kBundleRecordsMax = 100'000;

// Whether the manifest lists a file of this name.
bool is_listed_name(std::string_view name);
// Whether a bundle may hold a file of this name.
bool is_name(std::string_view name);

struct Manifest {
    struct Checkpoint {
        std::uint64_t size = 0;
        evidence::Hash root{};
        std::string origin;
        friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
    };
    struct Numbers {
        std::uint64_t first = 0, last = 0;
        friend bool operator==(const Numbers&, const Numbers&) = default;
    };
    struct File {
        evidence::Hash hash{};
        std::uint64_t bytes = 0;
        std::string name;
    };
    std::optional<Checkpoint> checkpoint;
    std::uint64_t signed_records = 0, unsigned_records = 0;
    std::optional<Numbers> between;
    std::vector<Numbers> deleted;  // last: behind it
    // As they stand in the file: json_text of what was asked for.
    std::string criteria, reason;
    std::uint64_t exported_by = 0;
    std::string program;  // json_text of a version
    std::vector<File> files;
};

std::string write_manifest(const Manifest& manifest);
// Takes exactly what writing makes. Errors: kBadInput naming the line and what it must be.
Result<Manifest> read_manifest(std::string_view text);

}  // namespace sudare::bundle

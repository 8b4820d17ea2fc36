// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "server/bundle/manifest.h"
#include "server/verify/report_text.h"

// What sudarectl evidence export made, away from the log: a folder of files (server/bundle/manifest.h).
namespace sudare::verify {

struct ExportSource {
    std::map<std::string, std::string> files;  // by name
    std::vector<std::string> strange;          // no files of a bundle, or no regular files
};
// Whether a directory is a bundle rather than a log: it has a file that only a bundle has.
bool is_export(const std::string& directory);
// Errors: kSystem, kLimit: it cannot be read.
Result<ExportSource> open_export(const std::string& directory);

struct ExportReport {
    // What the proven records say, and where they stand; findings of everything.
    BundleReport records;
    std::optional<bundle::Manifest> manifest;
    std::uint64_t unsigned_records = 0;
    std::uint64_t not_included = 0;  // numbers between the first record and the last
    std::int64_t first_time = 0, last_time = 0;
    // The record of the export.
    std::uint64_t export_index = 0;
    std::int64_t export_time = 0;
    bool export_proven = false;
    std::string key_id;  // by which anything is proven
};
Verdict verdict_of(const ExportReport& report);

// Everything against everything: each file against the manifest, the manifest against the record of
// the export, that and all records against the signatures, the tables against the records. Errors:
// kBadInput: a record is of a later version, so that it cannot be rendered here.
Result<ExportReport> check_export(const ExportSource& source,
                                  std::span<const evidence::VerifierKey> keys);

std::string text_of(const ExportReport& report, const std::string& what, Language language);
std::string json_of(const ExportReport& report, const std::string& what);

}  // namespace sudare::verify

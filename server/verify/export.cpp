// SPDX-License-Identifier: Apache-2.0
#include "server/verify/export.h"

#include <algorithm>

#include "protocol/core/reader.h"
#include "protocol/evidence/proof_file.h"
#include "server/broker/audit/events.h"
#include "server/bundle/render.h"
#include "server/bundle/text.h"

namespace sudare::verify {
namespace {

using audit::Field;
using evidence::RecordView;
using Bytes = std::vector<std::uint8_t>;

std::span<const std::uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// The next line; nullopt when no whole one is left.
std::optional<std::string_view> next_line(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos)
        return std::nullopt;
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return line;
}

class Check {
public:
    Check(const ExportSource& source, std::span<const evidence::VerifierKey> keys)
        : source_(source), keys_(keys) {}

    Result<ExportReport> run() {
        take_manifest();
        take_files();
        take_proofs();
        take_unsigned();
        SUDARE_CHECK(take_records());
        take_export();
        take_signer();
        if (out_.manifest)
            compare_counts(*out_.manifest);
        return std::move(out_);
    }

private:
    void find(Fault fault, const std::string& file, std::string detail,
              std::uint64_t index = kNoIndex) {
        out_.records.findings.push_back({fault, file, index, 0, std::move(detail)});
    }
    [[nodiscard]] const std::string* file(const char* name) const {
        const auto found = source_.files.find(name);
        return found == source_.files.end() ? nullptr : &found->second;
    }

    void take_manifest() {
        const std::string* text = file(bundle::kManifest);
        if (text == nullptr)
            return find(Fault::kFile, bundle::kManifest, "missing");
        auto manifest = bundle::read_manifest(*text);
        if (!manifest)
            return find(Fault::kManifest, bundle::kManifest, manifest.error().message);
        out_.manifest = std::move(*manifest);
    }

    // Every file is in the manifest as it is, and nothing else is there.
    void take_files() {
        for (const std::string& name : source_.strange)
            find(Fault::kFile, name, "no file of a bundle");
        if (!out_.manifest)
            return;
        const auto& listed = out_.manifest->files;
        for (const bundle::Manifest::File& one : listed) {
            const auto found = source_.files.find(one.name);
            if (found == source_.files.end())
                find(Fault::kFile, one.name, "missing");
            else if (evidence::sha256(bytes_of(found->second)) != one.hash ||
                     found->second.size() != one.bytes)
                find(Fault::kFile, one.name, "SHA-256 or size differ from the manifest");
        }
        for (const auto& [name, text] : source_.files)
            if (bundle::is_listed_name(name) &&
                std::ranges::find(listed, name, &bundle::Manifest::File::name) == listed.end())
                find(Fault::kFile, name, "not in the manifest");
        for (const char* name : {bundle::kCsv, bundle::kJson, bundle::kReadme, bundle::kSchema})
            if (std::ranges::find(listed, name, &bundle::Manifest::File::name) == listed.end())
                find(Fault::kManifest, bundle::kManifest, std::string(name) + " is not in it");
    }

    void take_proofs() {
        const std::string* text = file(bundle::kProofs);
        if (text == nullptr)
            return;
        auto proofs = evidence::read_bundle(*text);
        if (!proofs)
            return find(Fault::kRecord, bundle::kProofs, proofs.error().message);
        check_proofs(out_.records, *proofs, keys_);
        for (Finding& finding : out_.records.findings)
            if (finding.file.starts_with("proof "))
                finding.file = std::string(bundle::kProofs) + ", " + finding.file;
        for (evidence::RecordProof& proof : *proofs) {
            if (!out_.manifest || !out_.manifest->checkpoint || !stands_under(proof.note))
                find(Fault::kManifest, bundle::kProofs, "another checkpoint than the manifest says",
                     proof.index);
            records_.push_back(std::move(proof.record));
        }
    }

    bool stands_under(const std::string& note) const {
        const auto checkpoint = evidence::parse_note(note);
        const auto& wanted = *out_.manifest->checkpoint;
        return checkpoint && checkpoint->size == wanted.size && checkpoint->root == wanted.root &&
               checkpoint->origin == wanted.origin;
    }

    void take_unsigned() {
        const std::string* text = file(bundle::kUnsigned);
        if (text == nullptr)
            return;
        std::string_view rest = *text;
        while (const auto line = next_line(rest)) {
            auto record = evidence::from_base64(*line);
            if (!record)
                return find(Fault::kRecord, bundle::kUnsigned,
                            "line " + std::to_string(out_.unsigned_records + 1));
            records_.push_back(std::move(*record));
            ++out_.unsigned_records;
        }
        if (!rest.empty())
            find(Fault::kRecord, bundle::kUnsigned, "the last line has no end");
    }

    // Order and gaps, and what the tables must say.
    Result<void> take_records() {
        std::string csv = bundle::csv_header(), json;
        std::optional<std::uint64_t> before;
        for (const Bytes& bytes : records_) {
            const auto record = evidence::record_view(bytes);
            if (!record) {
                find(Fault::kRecord, bundle::kUnsigned, "");
                continue;
            }
            if (!bundle::is_known(*record))
                return fail(Errc::kBadInput,
                            "record " + std::to_string(record->index) +
                                " is of a later version: check with its sudare-verify");
            if (before && record->index <= *before)
                find(Fault::kIndex, "", "the records are not in order, or one is there twice",
                     record->index);
            if (before && record->index > *before)
                out_.not_included += record->index - *before - 1;
            if (!before)
                first_ = record->index, out_.first_time = record->time;
            before = last_ = record->index;
            out_.last_time = record->time;
            csv += bundle::csv_row(*record);
            json += bundle::json_line(*record);
        }
        compare_table(bundle::kCsv, csv);
        compare_table(bundle::kJson, json);
        return {};
    }

    void compare_table(const char* name, const std::string& expected) {
        const std::string* is = file(name);
        if (is == nullptr || *is == expected)
            return;
        const auto differs = std::ranges::mismatch(*is, expected).in1;
        const auto line = 1 + std::count(is->begin(), differs, '\n');
        find(Fault::kTable, name, "line " + std::to_string(line));
    }

    void compare_counts(const bundle::Manifest& manifest) {
        const auto wrong = [&](const std::string& what) {
            find(Fault::kManifest, bundle::kManifest, what);
        };
        if (manifest.signed_records != out_.records.records.size() ||
            manifest.unsigned_records != out_.unsigned_records)
            wrong("other counts of records");
        if (manifest.between && (manifest.between->first != first_ || manifest.between->last != last_))
            wrong("other numbers of records");
        const std::uint64_t covered = manifest.checkpoint ? manifest.checkpoint->size : 0;
        for (std::size_t i = out_.records.records.size(); i < records_.size(); ++i)
            if (const auto record = evidence::record_view(records_[i]); record && record->index < covered)
                find(Fault::kInclusion, bundle::kUnsigned,
                     "it should have a proof: the checkpoint covers its number", record->index);
        if (manifest.checkpoint && out_.export_index < covered)
            wrong("its checkpoint is newer than the record of the export");
    }

    void take_export() {
        const std::string *proof = file(bundle::kExportProof), *bare = file(bundle::kExportUnsigned);
        if ((proof == nullptr) == (bare == nullptr))
            return find(Fault::kFile, bundle::kExportProof,
                        proof == nullptr ? "missing" : "signed and not signed at once");
        if (proof != nullptr)
            return take_export_proof(*proof);
        std::string_view rest = *bare;
        const auto line = next_line(rest);
        const auto record = evidence::from_base64(line.value_or("?"));
        if (!record || !rest.empty() || !evidence::record_view(*record))
            return find(Fault::kExport, bundle::kExportUnsigned, "no record");
        compare_export(*evidence::record_view(*record));
    }

    void take_export_proof(const std::string& text) {
        auto proofs = evidence::read_bundle(text);
        if (!proofs || proofs->size() != 1)
            return find(Fault::kExport, bundle::kExportProof,
                        proofs ? "more than one record" : proofs.error().message);
        BundleReport report;
        check_proofs(report, *proofs, keys_);
        for (Finding& finding : report.findings) {
            finding.file = bundle::kExportProof;
            out_.records.findings.push_back(finding);
        }
        const auto& one = proofs->front();
        const auto note = evidence::parse_note(one.note);
        if (out_.manifest && out_.manifest->checkpoint && note &&
            note->origin != out_.manifest->checkpoint->origin)
            find(Fault::kExport, bundle::kExportProof, "of another log");
        if (const auto record = evidence::record_view(one.record)) {
            compare_export(*record);
            out_.export_proven = verdict_of(report) == Verdict::kProven;
            out_.key_id = report.key_id;
        }
    }

    // The record says by its fields what the manifest says.
    void compare_export(const RecordView& record) {
        out_.export_index = record.index;
        out_.export_time = record.time;
        const std::string* text = file(bundle::kManifest);
        const bool right = record.event == static_cast<std::uint16_t>(audit::EventType::kEvidenceExported);
        if (!right || text == nullptr || !out_.manifest)
            return find(Fault::kExport, "", right ? "" : "it is another event", record.index);
        bundle::Manifest said = *out_.manifest;
        evidence::Hash hash{};
        std::uint64_t count = 0;
        said.criteria = said.reason = "";
        said.exported_by = 0;
        record.each([&](const evidence::FieldView& field) {
            Reader in(field.value);
            switch (static_cast<Field>(field.field)) {
                case Field::kFilter:
                    said.criteria = bundle::json_text(bundle::as_text(field.value));
                    return;
                case Field::kCause:
                    said.reason = bundle::json_text(bundle::as_text(field.value));
                    return;
                case Field::kAdminUid:
                    said.exported_by = in.u64();
                    return;
                case Field::kNumber:
                    count = in.u64();
                    return;
                case Field::kHash:
                    if (field.value.size() == hash.size())
                        std::ranges::copy(field.value, hash.begin());
                    return;
                default:
                    return;
            }
        });
        if (hash != evidence::sha256(bytes_of(*text)))
            find(Fault::kExport, bundle::kManifest, "SHA-256 differs", record.index);
        if (bundle::write_manifest(said) != *text ||
            count != out_.manifest->signed_records + out_.manifest->unsigned_records)
            find(Fault::kExport, bundle::kManifest, "criteria, reason, person or count differ",
                 record.index);
    }

    // The bundle's own copy of the key proves nothing; it must not show another one either.
    void take_signer() {
        if (out_.key_id.empty())
            out_.key_id = out_.records.key_id;
        const std::string* text = file(bundle::kSignerKey);
        if (text == nullptr)
            return;
        const bool whole = text->ends_with('\n');
        const auto key = evidence::VerifierKey::parse(text->substr(0, text->size() - whole));
        if (!whole || !key)
            return find(Fault::kSigner, bundle::kSignerKey, "no key");
        const auto used = std::ranges::find(keys_, out_.key_id, &evidence::VerifierKey::id);
        if (!out_.key_id.empty() && used != keys_.end() && used->line() + "\n" != *text)
            find(Fault::kSigner, bundle::kSignerKey, "");
    }

    const ExportSource& source_;
    std::span<const evidence::VerifierKey> keys_;
    ExportReport out_;
    std::vector<Bytes> records_;  // the proven ones, then the others
    std::uint64_t first_ = 0, last_ = 0;
};

}  // namespace

Verdict verdict_of(const ExportReport& report) {
    if (!report.records.findings.empty())
        return Verdict::kChanged;
    const bool all = std::ranges::all_of(report.records.records, &BundleReport::Line::proven);
    return all && report.export_proven && report.unsigned_records == 0 ? Verdict::kProven
                                                                       : Verdict::kNotProven;
}

Result<ExportReport> check_export(const ExportSource& source,
                                  std::span<const evidence::VerifierKey> keys) {
    return Check(source, keys).run();
}

}  // namespace sudare::verify

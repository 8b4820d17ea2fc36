// SPDX-License-Identifier: Apache-2.0
#include "server/verify/bundle.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "protocol/core/reader.h"
#include "protocol/evidence/inclusion_sweep.h"
#include "protocol/evidence/merkle.h"
#include "protocol/evidence/proof_file.h"
#include "server/broker/audit/events.h"

namespace sudare::verify {
namespace {

std::string value_of(const evidence::FieldView& field) {
    Reader in(field.value);
    switch (field.kind) {
        case 1:
            return std::to_string(in.u64());
        case 2:
            return in.u8() == 1 ? "true" : "false";
        case 3:
            return "\"" + escaped(field.value) + "\"";
        default:
            return evidence::hex(field.value);
    }
}

void take(BundleReport& report, const evidence::RecordProof& proof, std::size_t number,
          const Result<evidence::Verified>& verified) {
    const auto find = [&](Fault fault, std::string detail) {
        report.findings.push_back(
            {fault, "proof " + std::to_string(number), proof.index, 0, std::move(detail)});
    };
    BundleReport::Line line{proof.index, "", false};
    const auto record = evidence::record_view(proof.record);
    if (record)
        line.text = line_of(*record);
    if (!record || record->index != proof.index) {
        find(Fault::kRecord, record ? "it is record " + std::to_string(record->index) : "");
    } else if (!verified && verified.error().code == Errc::kNotFound) {
        ++report.other_keys;
    } else if (!verified) {
        find(Fault::kCheckpointSignature, verified.error().message);
    } else if (!evidence::included(proof.index, evidence::leaf_hash(proof.record),
                                   verified->checkpoint.size, verified->checkpoint.root,
                                   proof.proof)) {
        find(Fault::kInclusion, "");
    } else {
        line.proven = true;
        if (!report.newest || report.newest->size <= verified->checkpoint.size) {
            report.newest = verified->checkpoint;
            report.key_id = verified->key->id();
        }
    }
    report.records.push_back(std::move(line));
}

// The newest checkpoint that the records bear out.
struct Chosen {
    evidence::Checkpoint checkpoint;
    std::string note;
};

Result<Chosen> newest_of(const LogSource& source, std::span<const evidence::VerifierKey> keys) {
    std::optional<Chosen> chosen;
    const auto consider = [&](std::string_view note) {
        const auto verified = evidence::verify_note(note, keys);
        if (verified && (!chosen || verified->checkpoint.size >= chosen->checkpoint.size))
            chosen = Chosen{verified->checkpoint, std::string(note)};
    };
    std::string_view rest = source.history;
    while (const auto note = evidence::take_note(rest))
        consider(*note);
    consider(source.checkpoint);
    if (!chosen)
        return fail(Errc::kBadInput,
                    "the log has no checkpoint of a given key: nothing can be proven");
    return std::move(*chosen);
}

}  // namespace

std::string time_text(std::int64_t nanoseconds) {
    std::int64_t seconds = nanoseconds / 1'000'000'000, rest = nanoseconds % 1'000'000'000;
    if (rest < 0)
        rest += 1'000'000'000, --seconds;
    const std::time_t time = seconds;
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    char text[64];
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", parts.tm_year + 1900,
                  parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                  static_cast<int>(rest / 1000));
    return text;
}

std::string line_of(const evidence::RecordView& record) {
    const auto* event = audit::row_of(static_cast<audit::EventType>(record.event));
    std::string out =
        std::to_string(record.index) + "  " + time_text(record.time) + "  " +
        (event != nullptr ? std::string(event->name) : "event " + std::to_string(record.event));
    record.each([&](const evidence::FieldView& field) {
        const auto* row = audit::row_of(static_cast<audit::Field>(field.field));
        out += "  " +
               (row != nullptr ? std::string(row->name) : "field " + std::to_string(field.field)) +
               "=" + value_of(field);
    });
    return out;
}

Verdict verdict_of(const BundleReport& report) {
    if (!report.findings.empty())
        return Verdict::kChanged;
    const bool all =
        !report.records.empty() && std::ranges::all_of(report.records, &BundleReport::Line::proven);
    return all ? Verdict::kProven : Verdict::kNotProven;
}

void check_proofs(BundleReport& report, std::span<const evidence::RecordProof> proofs,
                  std::span<const evidence::VerifierKey> keys) {
    // Most stand under one checkpoint: it is verified once.
    std::optional<Result<evidence::Verified>> verified;
    for (std::size_t i = 0; i < proofs.size(); ++i) {
        if (!verified || proofs[i].note != proofs[i - 1].note)
            verified = evidence::verify_note(proofs[i].note, keys);
        take(report, proofs[i], i + 1, *verified);
    }
}

Result<BundleReport> check_bundle(std::string_view text,
                                  std::span<const evidence::VerifierKey> keys) {
    SUDARE_TRY(const auto proofs, evidence::read_bundle(text));
    BundleReport report;
    check_proofs(report, proofs, keys);
    report.without_gap = true;
    for (std::size_t i = 1; i < proofs.size(); ++i)
        report.without_gap = report.without_gap && proofs[i].index == proofs[i - 1].index + 1;
    return report;
}

Result<SessionRecords> records_of_session(const LogSource& source, std::uint64_t session,
                                                      std::span<const evidence::VerifierKey> keys) {
    SUDARE_TRY(const Chosen chosen, newest_of(source, keys));
    SessionRecords out;
    bool ended = false;
    const auto visit = [&](const evidence::Visited& record) {
        if (record.view.index >= chosen.checkpoint.size)
            return false;
        bool ours = false;
        record.view.each([&](const evidence::FieldView& field) {
            if (field.field == static_cast<std::uint16_t>(audit::Field::kSession) && field.kind == 1)
                ours = ours || Reader(field.value).u64() == session;
        });
        if (ours && record.view.event == static_cast<std::uint16_t>(audit::EventType::kSessionGranted))
            out.gone.clear();
        ended = ended ||
                (ours && record.view.event == static_cast<std::uint16_t>(audit::EventType::kSessionEnded));
        if (ours)
            out.indices.push_back(record.view.index);
        return true;
    };
    evidence::LogWalk walk(source.segments);
    SUDARE_TRY([[maybe_unused]] const auto end,
               walk.run(visit, [&](const evidence::DeletedSegment& segment) {
                   if (!ended)
                       out.gone.push_back(segment);
                   return true;
               }));
    if (out.indices.empty())
        return fail(Errc::kNotFound,
                    "no signed record is of session " + std::to_string(session) +
                        (out.gone.empty() ? "" : "; records that a rule deleted may have been"));
    return out;
}

Result<std::string> extract(const LogSource& source, std::vector<std::uint64_t> indices,
                            std::span<const evidence::VerifierKey> keys) {
    std::ranges::sort(indices);
    indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
    SUDARE_TRY(const Chosen chosen, newest_of(source, keys));
    if (indices.empty() || indices.back() >= chosen.checkpoint.size)
        return fail(
            Errc::kBadInput,
            "only records 0 to " + std::to_string(chosen.checkpoint.size - 1) + " are signed");
    std::vector<evidence::RecordProof> proofs;
    evidence::InclusionSweep sweep;
    const auto more = [&] { return sweep.end() < chosen.checkpoint.size; };
    std::string gone;
    evidence::LogWalk walk(source.segments);
    SUDARE_TRY(const auto end,
               walk.run(
                   [&](const evidence::Visited& record) {
                       if (!std::ranges::binary_search(indices, record.view.index)) {
                           sweep.pass(record.leaf);
                           return more();
                       }
                       proofs.push_back({{record.bytes.begin(), record.bytes.end()},
                                         record.view.index,
                                         {},
                                         chosen.note});
                       sweep.choose(record.leaf);
                       return more();
                   },
                   [&](const evidence::DeletedSegment& segment) {
                       const auto wanted =
                           std::ranges::lower_bound(indices, segment.range.begin());
                       if (wanted != indices.end() && *wanted < segment.range.end())
                           gone = std::to_string(*wanted);
                       sweep.pass(segment.range);
                       return gone.empty() && more();
                   }));
    if (!gone.empty())
        return fail(Errc::kBadInput, "record " + gone +
                                         " was deleted by rule: only its place in the tree is left");
    if (end != evidence::ScanEnd::kVisitor || sweep.end() != chosen.checkpoint.size)
        return fail(Errc::kBadInput,
                    "the log does not hold up to its newest checkpoint: check it first");
    if (sweep.finish().root() != chosen.checkpoint.root)
        return fail(Errc::kBadInput,
                    "the records are not those that were signed: check the log first");
    for (evidence::RecordProof& proof : proofs)
        proof.proof = sweep.next_proof();
    std::string text;
    for (const evidence::RecordProof& proof : proofs)
        text += evidence::write_proof(proof);
    return text;
}

}  // namespace sudare::verify

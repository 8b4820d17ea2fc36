// SPDX-License-Identifier: Apache-2.0
// Bundles of evidence for whoever does not trust us: records with proofs, made a slice at a time on
// the searcher's thread, then a manifest whose hash is a record, then the proof of that record.
#include "protocol/evidence/durable_file.h"
#include "server/broker/ctl_peer.h"
#include "server/broker/evidence/asked.h"
#include "server/broker/evidence/export.h"
#include "server/broker/policy_text.h"
#include "server/bundle/readme.h"
#include "server/bundle/schema.h"
#include "server/bundle/text.h"

namespace sudare::broker {

using audit::EventType;
using audit::Field;
using Clock = std::chrono::steady_clock;

struct CtlPeer::EvidenceExport {
    std::shared_ptr<void> place;  // among those that run
    search::Asked asked;
    search::LogEnd end;
    std::uint64_t wanted = 0;  // so many records shall be signed before it goes on
    Clock::time_point deadline{};
    std::uint64_t record = 0;  // number of evidence_exported; 0: not recorded yet
    std::optional<search::Export> job{};  // the searcher's thread while it is busy
    bool busy = false;
    ipc::CtlRow summary{};
};

namespace {

constexpr std::size_t kUnsentMax = 1U << 20;
// The signer signs once a second; one that is away is not waited for longer.
constexpr std::chrono::seconds kSignatureWait{10};
constexpr std::chrono::milliseconds kSignaturePoll{50};

}  // namespace

// The search is recorded first, and on the disk: then the first byte. What makes it a bundle, the
// manifest, goes out behind a record of its own.
CtlResult<> CtlPeer::evidence_export(const Arguments& arguments) {
    auto asked = search::asked_for(arguments);
    if (!asked)
        return tl::unexpected(asked.error());
    if (const auto bad = reason_complaint(asked->reason))
        return tl::unexpected(*bad);
    auto place = core_.begin_export();
    if (!place)
        return ctl_fail(Errc::kUnavailable, "other exports are running; try again when one has ended",
                        "ほかの取り出しが実行中です。終わってからもう一度実行してください");
    const search::LogEnd end = core_.appended_end();
    const auto recorded = core_.record_durable(event(EventType::kEvidenceSearched)
                                                   .text(Field::kFilter, asked->filter)
                                                   .text(Field::kCause, asked->reason));
    if (!recorded)
        return ctl_fail(recorded.error());
    export_ = std::make_shared<EvidenceExport>(
        EvidenceExport{std::move(place), std::move(*asked), end});
    later_ = true;
    await_signature(end.records);
    return {};
}

void CtlPeer::await_signature(std::uint64_t records) {
    export_->wanted = records;
    export_->deadline = Clock::now() + kSignatureWait;
    look_for_signature();
}

void CtlPeer::look_for_signature() {
    const auto signing = core_.signing();
    const bool there = signing && signing->records >= export_->wanted;
    if (!signing || there || Clock::now() >= export_->deadline) {
        std::string note;
        if (signing && (there || export_->record == 0))
            note = newest_checkpoint();
        return export_->record == 0 ? begin_export(std::move(note)) : prove_export(std::move(note));
    }
    poll_.expires_after(kSignaturePoll);
    poll_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = std::static_pointer_cast<CtlPeer>(weak.lock());
        if (self && !error && self->export_)
            self->look_for_signature();
    });
}

// Empty: there is none, and nothing is signed.
std::string CtlPeer::newest_checkpoint() const {
    return evidence::read_file(core_.log().directory() + "/checkpoint", evidence::kNoteBytesMax)
        .value_or("");
}

void CtlPeer::begin_export(std::string note) {
    const search::Asked& asked = export_->asked;
    auto job = search::Export::create({asked.query, export_->end, asked.full, asked.last},
                                      export_->end, std::move(note));
    if (!job)
        return end_export(ctl_fail(job.error()));
    export_->job.emplace(std::move(*job));
    pump_export();
}

void CtlPeer::pump_export() {
    if (!export_ || !export_->job || export_->record != 0 || export_->busy ||
        unsent() >= kUnsentMax)
        return;  // on_drained goes on
    export_->busy = true;
    core_.searcher().post([one = export_, weak = weak_from_this(), executor = executor()](
                              const Result<search::LogFiles>& log, search::Index* index) {
        if (weak.expired())
            return;
        auto slice = log ? one->job->next(*log, index)
                         : Result<search::Export::Slice>(tl::unexpected(log.error()));
        boost::asio::post(executor, [one, weak, slice = std::move(slice)] {
            const auto self = std::static_pointer_cast<CtlPeer>(weak.lock());
            if (!self || self->export_ != one)
                return;
            one->busy = false;
            if (!slice)
                return self->end_export(ctl_fail(slice.error()));
            for (const auto& [name, bytes] : slice->bytes)
                self->send_file(name, bytes);
            slice->done ? self->seal_export() : self->pump_export();
        });
    });
}

void CtlPeer::send_file(const std::string& name, std::string_view bytes) {
    row({{"file", name}});
    for (std::size_t at = 0; at < bytes.size(); at += ipc::kCtlChunkMax) {
        const std::string_view piece = bytes.substr(at, ipc::kCtlChunkMax);
        send(static_cast<std::uint8_t>(ipc::CtlReply::kChunk),
             {reinterpret_cast<const std::uint8_t*>(piece.data()), piece.size()});
    }
}

// The manifest is handed out when the record of it is on the disk.
void CtlPeer::seal_export() {
    const search::Asked& asked = export_->asked;
    search::Export& job = *export_->job;
    const auto complete = [&] {
        bundle::Manifest manifest = job.manifest();
        manifest.criteria = bundle::json_text(asked.filter);
        manifest.reason = bundle::json_text(asked.reason);
        manifest.exported_by = uid_;
        manifest.program = bundle::json_text(SUDARE_VERSION);
        return manifest;
    };
    const std::string readme = bundle::readme(complete()), schema = bundle::schema_json();
    job.add_file(bundle::kReadme, readme);
    job.add_file(bundle::kSchema, schema);
    const bundle::Manifest manifest = complete();
    const std::string text = bundle::write_manifest(manifest);
    const std::uint64_t count = manifest.signed_records + manifest.unsigned_records;
    const auto hash =
        evidence::sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    const auto recorded = core_.record_durable(event(EventType::kEvidenceExported)
                                                   .text(Field::kFilter, asked.filter)
                                                   .text(Field::kCause, asked.reason)
                                                   .number(Field::kNumber, count)
                                                   .bytes(Field::kHash, hash));
    if (!recorded)
        return end_export(ctl_fail(recorded.error()));
    export_->record = core_.log().next_index() - 1;
    send_file(bundle::kReadme, readme);
    send_file(bundle::kSchema, schema);
    send_file(bundle::kManifest, text);
    export_->summary = {{"records", count},
                        {"unsigned", manifest.unsigned_records},
                        {"export_record", export_->record}};
    if (manifest.checkpoint)
        export_->summary.push_back({"checkpoint", manifest.checkpoint->size});
    await_signature(export_->record + 1);
}

void CtlPeer::prove_export(std::string note) {
    export_->summary.push_back({"export_signed", !note.empty()});
    core_.searcher().post([one = export_, weak = weak_from_this(), executor = executor(),
                           note = std::move(note)](const Result<search::LogFiles>& log,
                                                   search::Index*) {
        if (weak.expired())
            return;
        auto proof = log ? one->job->prove_later(*log, one->record, note)
                         : Result<std::string>(tl::unexpected(log.error()));
        boost::asio::post(executor, [one, weak, is_signed = !note.empty(), proof = std::move(proof)] {
            const auto self = std::static_pointer_cast<CtlPeer>(weak.lock());
            if (!self || self->export_ != one)
                return;
            if (!proof)
                return self->end_export(ctl_fail(proof.error()));
            self->send_file(is_signed ? bundle::kExportProof : bundle::kExportUnsigned, *proof);
            self->row(one->summary);
            self->end_export({});
        });
    });
}

void CtlPeer::end_export(const CtlResult<>& result) {
    export_.reset();
    answer(result);
}

}  // namespace sudare::broker

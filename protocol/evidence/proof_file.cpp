// SPDX-License-Identifier: Apache-2.0
#include "protocol/evidence/proof_file.h"

#include "protocol/evidence/checkpoint.h"
#include "protocol/evidence/merkle.h"
#include "protocol/evidence/record_view.h"

namespace sudare::evidence {
namespace {

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1\n";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";

// A line that begins so, without beginning and end; an empty optional when it is another line.
std::optional<std::string_view> take(std::string_view& text, std::string_view beginning) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos || !text.starts_with(beginning))
        return std::nullopt;
    const std::string_view line = text.substr(beginning.size(), end - beginning.size());
    text.remove_prefix(end + 1);
    return line;
}

Result<RecordProof> read_proof(std::string_view text) {
    RecordProof proof;
    const auto extra = take(text, kExtra);
    auto record = from_base64(extra.value_or("?"));
    if (!extra || !record || record->empty() || record->size() > kRecordBytesMax)
        return fail(Errc::kBadInput, "the line \"extra\" with the record");
    const auto number = take(text, kIndex);
    const auto index = from_decimal(number.value_or("?"));
    if (!number || !index)
        return fail(Errc::kBadInput, "the line \"index\"");
    proof.record = std::move(*record);
    proof.index = *index;
    while (!text.starts_with('\n')) {
        const auto line = take(text, "");
        const auto hash = line ? hash_from_base64(*line) : std::nullopt;
        if (!hash || proof.proof.size() == kProofHashesMax)
            return fail(Errc::kBadInput, "a hash of the proof, or the empty line after them");
        proof.proof.push_back(*hash);
    }
    text.remove_prefix(1);
    SUDARE_CHECK(parse_note(text));
    proof.note = text;
    return proof;
}

}  // namespace

std::string write_proof(const RecordProof& proof) {
    std::string text(kHeader);
    text += std::string(kExtra) + base64(proof.record) + "\n";
    text += std::string(kIndex) + std::to_string(proof.index) + "\n";
    for (const Hash& hash : proof.proof)
        text += base64(hash) + "\n";
    return text + "\n" + proof.note;
}

Result<std::vector<RecordProof>> read_bundle(std::string_view text) {
    std::vector<RecordProof> proofs;
    const std::string separator = "\n" + std::string(kHeader);
    do {
        const auto wrong = [&](const std::string& what) {
            return fail(Errc::kBadInput,
                        "proof " + std::to_string(proofs.size() + 1) + " of the file: " + what);
        };
        if (!text.starts_with(kHeader))
            return wrong("it does not begin with c2sp.org/tlog-proof@v1");
        text.remove_prefix(kHeader.size());
        const std::size_t end = text.find(separator);
        const std::string_view one = end == std::string_view::npos ? text : text.substr(0, end + 1);
        if (one.size() > kProofFileBytesMax)
            return wrong("it is above 128 KiB");
        auto proof = read_proof(one);
        if (!proof)
            return wrong(proof.error().message);
        proofs.push_back(std::move(*proof));
        text.remove_prefix(one.size());
    } while (!text.empty());
    return proofs;
}

}  // namespace sudare::evidence

// SPDX-License-Identifier: Apache-2.0
// Everything that a verifier reads: the first byte chooses. Also holds the verifier's reader of records
// against the broker's: what the broker takes, the verifier takes.
#include <cstdlib>

#include "protocol/evidence/proof_file.h"
#include "protocol/ipc/broker_signer.h"
#include "server/broker/audit/record.h"
#include "server/verify/bundle.h"
#include "server/verify/check.h"

using namespace sudare;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    const std::span<const std::uint8_t> bytes(data + 1, size - 1);
    const std::string text(bytes.begin(), bytes.end());
    verify::LogSource source;
    const auto record = evidence::record_view(bytes);
    switch (data[0] % 6) {
        case 0: if (audit::decode(bytes) && !record) std::abort(); break;
        case 1: source.segments.push_back({"", 0, evidence::memory_bytes(bytes)}); break;
        case 2: source.checkpoint = source.history = text; break;
        case 3: (void)verify::check_bundle(text, {}); break;
        case 4: (void)ipc::parse_sign_request(bytes), (void)ipc::parse_signer_last(bytes); break;
        default: if (const auto key = evidence::VerifierKey::parse(text); key && key->line() != text) std::abort();
    }
    if (record)
        (void)verify::line_of(*record);
    (void)verify::check_log(source, {});
    return 0;
}

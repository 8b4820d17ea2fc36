// SPDX-License-Identifier: Apache-2.0
// Everything that a verifier reads: the first byte chooses. What the broker takes for a record, the
// verifier must take, too.
#include <cstdlib>

#include "protocol/evidence/proof_file.h"
#include "protocol/ipc/broker_signer.h"
#include "server/broker/audit/record.h"
#include "server/verify/bundle.h"
#include "server/verify/check.h"

using namespace sudare;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span<const std::uint8_t> bytes(data + (size > 0), size - (size > 0));
    const std::string text(bytes.begin(), bytes.end());
    verify::LogSource source;
    const auto record = evidence::record_view(bytes);
    switch (size > 0 ? data[0] % 6 : 0) {
        case 0: if (audit::decode(bytes) && !record) std::abort(); break;
        case 1: source.segments.push_back({"", 0, evidence::memory_bytes(bytes), {}}); break;
        case 2: source.checkpoint = source.history = text; break;
        case 3: (void)verify::check_bundle(text, {}); break;
        case 4: (void)ipc::parse_sign_request(bytes), (void)ipc::parse_signer_last(bytes); break;
        default: (void)evidence::VerifierKey::parse(text);
    }
    (void)(record && !verify::line_of(*record).empty());
    (void)verify::check_log(source, {});
    return 0;
}

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/core/result.h"
#include "protocol/evidence/hash.h"

// A record with the proof that it is in the log, as C2SP tlog-proof@v1; the record's bytes are in
// its `extra` line. A bundle is several of them one after the other.
namespace sudare::evidence {

// 64 KiB of record in base64, 64 hashes, a note with witnesses.
inline constexpr std::size_t kProofFileBytesMax = 128U << 10;
inline constexpr std::size_t kBundleBytesMax = 1U << 30;

struct RecordProof {
    std::vector<std::uint8_t> record;
    std::uint64_t index = 0;
    std::vector<Hash> proof;
    std::string note;  // the signed checkpoint
};

std::string write_proof(const RecordProof& proof);
// Form only. Errors: kBadInput naming the proof's number, from 1, and what is wrong.
Result<std::vector<RecordProof>> read_bundle(std::string_view text);

}  // namespace sudare::evidence

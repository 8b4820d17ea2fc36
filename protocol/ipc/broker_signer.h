// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/core/frame.h"
#include "protocol/core/result.h"
#include "protocol/evidence/merkle.h"

// sudare-broker -> sudare-signer: one question, one answer, over the signer's unix socket.
//
//   AskLast            what did you sign last?                                       -> Last
//   AskSign            this size and root, which continue what you signed last       -> Signed |
//   Refused
//
// The signer goes forward only: it compares old_size with what it signed last, checks the
// consistency proof, makes the new size and root durable, and only then signs.
namespace sudare::ipc {

enum class SignerAsk : std::uint8_t { kLast = 0x01, kSign = 0x02 };
enum class SignerAnswer : std::uint8_t { kLast = 0x41, kSigned = 0x42, kRefused = 0x43 };

enum class SignRefusal : std::uint8_t {
    kNotTheLast = 1,     // old_size is not the last size signed, or size is below it: ask what is
    kNotConsistent = 2,  // the proof does not lead from the one root to the other: another log
    kStorage = 3,        // the signer cannot keep what it would sign
    kMalformed = 4,
};
const char* name_of(SignRefusal refusal);

struct SignerLast {
    std::uint64_t size = 0;
    evidence::Hash root{};
    std::string origin;
};

struct SignRequest {
    std::uint64_t old_size = 0;
    std::uint64_t size = 0;
    evidence::Hash root{};
    std::vector<evidence::Hash> proof;  // at most evidence::kProofHashesMax
};

const FrameRules& signer_ask_rules();
const FrameRules& signer_answer_rules();

std::vector<std::uint8_t> payload_of(const SignerLast& last);
std::vector<std::uint8_t> payload_of(const SignRequest& request);
// nullopt: malformed.
std::optional<SignerLast> parse_signer_last(std::span<const std::uint8_t> payload);
std::optional<SignRequest> parse_sign_request(std::span<const std::uint8_t> payload);
std::optional<SignRefusal> parse_sign_refusal(std::span<const std::uint8_t> payload);

}  // namespace sudare::ipc

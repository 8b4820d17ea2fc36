// SPDX-License-Identifier: Apache-2.0
#include "protocol/ipc/broker_signer.h"

#include <array>

#include "protocol/core/reader.h"
#include "protocol/core/writer.h"
#include "protocol/evidence/checkpoint.h"
#include "protocol/ipc/rules.h"
#include "protocol/ipc/text.h"

namespace sudare::ipc {
namespace {

constexpr std::uint32_t kHashBytes = sizeof(evidence::Hash);
constexpr std::uint32_t kLastMin = 8 + kHashBytes + 2;
constexpr std::uint32_t kSignMin = 8 + 8 + kHashBytes + 1;
constexpr std::uint32_t kSignMax = kSignMin + kHashBytes * evidence::kProofHashesMax;

constexpr std::array kAskRows{
    RuleRow{static_cast<std::uint8_t>(SignerAsk::kLast), {0, 0}},
    RuleRow{static_cast<std::uint8_t>(SignerAsk::kSign), {kSignMin, kSignMax}},
};
constexpr std::array kAnswerRows{
    RuleRow{static_cast<std::uint8_t>(SignerAnswer::kLast),
            {kLastMin, kLastMin + evidence::kNameBytesMax}},
    RuleRow{static_cast<std::uint8_t>(SignerAnswer::kSigned), {1, evidence::kNoteBytesMax}},
    RuleRow{static_cast<std::uint8_t>(SignerAnswer::kRefused), {1, 1}},
};

}  // namespace

const char* name_of(SignRefusal refusal) {
    switch (refusal) {
        case SignRefusal::kNotTheLast:
            return "not_the_last";
        case SignRefusal::kNotConsistent:
            return "not_consistent";
        case SignRefusal::kStorage:
            return "signer_storage";
        case SignRefusal::kMalformed:
            return "malformed";
    }
    return "malformed";
}

const FrameRules& signer_ask_rules() {
    static const TableRules rules(kAskRows);
    return rules;
}

const FrameRules& signer_answer_rules() {
    static const TableRules rules(kAnswerRows);
    return rules;
}

std::vector<std::uint8_t> payload_of(const SignerLast& last) {
    Writer out(kLastMin + evidence::kNameBytesMax);
    out.u64(last.size);
    out.bytes(last.root);
    write_text(out, last.origin);
    return std::move(out).take();
}

std::vector<std::uint8_t> payload_of(const SignRequest& request) {
    Writer out(kSignMax);
    out.u64(request.old_size);
    out.u64(request.size);
    out.bytes(request.root);
    out.u8(static_cast<std::uint8_t>(request.proof.size()));
    for (const evidence::Hash& hash : request.proof)
        out.bytes(hash);
    return std::move(out).take();
}

std::optional<SignerLast> parse_signer_last(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    SignerLast last;
    last.size = in.u64();
    in.fill(std::span<std::uint8_t, kHashBytes>(last.root));
    auto origin = read_text(in, evidence::kNameBytesMax);
    if (!origin || !evidence::is_name(*origin) || !in.at_end() ||
        last.size > evidence::kTreeSizeMax)
        return std::nullopt;
    last.origin = std::move(*origin);
    return last;
}

std::optional<SignRequest> parse_sign_request(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    SignRequest request;
    request.old_size = in.u64();
    request.size = in.u64();
    in.fill(std::span<std::uint8_t, kHashBytes>(request.root));
    const std::size_t count = in.u8();
    if (!in.ok() || count > evidence::kProofHashesMax || in.remaining() != count * kHashBytes ||
        request.size > evidence::kTreeSizeMax || request.old_size > request.size)
        return std::nullopt;
    request.proof.resize(count);
    for (evidence::Hash& hash : request.proof)
        in.fill(std::span<std::uint8_t, kHashBytes>(hash));
    return request;
}

std::optional<SignRefusal> parse_sign_refusal(std::span<const std::uint8_t> payload) {
    if (payload.size() != 1 || payload[0] < 1 || payload[0] > 4)
        return std::nullopt;
    return static_cast<SignRefusal>(payload[0]);
}

}  // namespace sudare::ipc

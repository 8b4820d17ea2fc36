// SPDX-License-Identifier: Apache-2.0
#include "protocol/evidence/checkpoint.h"

#include <algorithm>

#include "protocol/evidence/ed25519.h"
#include "protocol/evidence/merkle.h"

namespace sudare::evidence {
namespace {

constexpr std::string_view kSignaturePrefix = "\xe2\x80\x94 ";  // em dash, space
constexpr std::uint8_t kEd25519Type = 0x01;
constexpr std::size_t kKeyHashBytes = 4;
constexpr std::size_t kSignaturesMax = 16;

std::uint32_t u32_at(std::span<const std::uint8_t> bytes) {
    return static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16 |
           static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3];
}

std::span<const std::uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string hex_of(std::uint32_t value) {
    std::array<std::uint8_t, 4> bytes{};
    for (unsigned i = 0; i < 4; ++i)
        bytes[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
    return hex(bytes);
}

// The next line without its end; nullopt when there is no line end any more.
std::optional<std::string_view> take_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos)
        return std::nullopt;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

struct Signature {
    std::string_view name;
    std::uint32_t key_hash = 0;
    std::vector<std::uint8_t> bytes;
};

struct Parsed {
    Checkpoint checkpoint;
    std::vector<Signature> signatures;
};

tl::unexpected<Error> malformed(const char* what) {
    return fail(Errc::kBadInput, std::string("checkpoint: ") + what);
}

Result<Signature> parse_signature(std::string_view line) {
    if (!line.starts_with(kSignaturePrefix))
        return malformed("a line after the text is no signature");
    line.remove_prefix(kSignaturePrefix.size());
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || !is_name(line.substr(0, space)))
        return malformed("a signature line without a name");
    auto bytes = from_base64(line.substr(space + 1));
    if (!bytes || bytes->size() <= kKeyHashBytes)
        return malformed("a signature that is no base64");
    Signature signature{line.substr(0, space), u32_at(*bytes), {}};
    signature.bytes.assign(bytes->begin() + kKeyHashBytes, bytes->end());
    return signature;
}

Result<Parsed> parse(std::string_view note) {
    if (note.size() > kNoteBytesMax)
        return malformed("more than 4,096 bytes");
    Parsed parsed;
    const auto origin = take_line(note), size = take_line(note), root = take_line(note),
               empty = take_line(note);
    if (!origin || !size || !root || !empty || !empty->empty() || !is_name(*origin))
        return malformed("it must be origin, size, root, an empty line and signatures");
    const auto number = from_decimal(*size);
    const auto hash = hash_from_base64(*root);
    if (!number || *number > kTreeSizeMax || !hash)
        return malformed("size or root hash");
    parsed.checkpoint = {std::string(*origin), *number, *hash};
    while (!note.empty()) {
        const auto line = take_line(note);
        if (!line || parsed.signatures.size() == kSignaturesMax)
            return malformed("a signature line without an end, or too many");
        SUDARE_TRY(Signature signature, parse_signature(*line));
        parsed.signatures.push_back(std::move(signature));
    }
    if (parsed.signatures.empty())
        return malformed("no signature");
    return parsed;
}

std::uint32_t key_hash(const std::string& name, const Hash& key) {
    std::vector<std::uint8_t> bytes(name.begin(), name.end());
    bytes.push_back('\n');
    bytes.push_back(kEd25519Type);
    bytes.insert(bytes.end(), key.begin(), key.end());
    return u32_at(sha256(bytes));
}

}  // namespace

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= kNameBytesMax &&
           std::ranges::all_of(name, [](char c) { return c > ' ' && c < 0x7f && c != '+'; });
}

Result<VerifierKey> VerifierKey::make(std::string name, std::span<const std::uint8_t> public_key) {
    Hash key;
    if (!is_name(name) || public_key.size() != key.size())
        return fail(Errc::kBadInput,
                    "the name of a key must be printable ASCII without space and \"+\", "
                    "at most 128 characters; the key must have 32 bytes");
    std::ranges::copy(public_key, key.begin());
    const std::uint32_t hash = key_hash(name, key);
    return VerifierKey(std::move(name), key, hash);
}

Result<VerifierKey> VerifierKey::parse(std::string_view line) {
    const auto wrong = [] {
        return fail(Errc::kBadInput,
                    "a verifier key is one line NAME+KEYHASH+KEY, as sudare-signer printed it");
    };
    const std::size_t first = line.find('+');
    if (first == std::string_view::npos || line.size() < first + 10 || line[first + 9] != '+')
        return wrong();
    const auto bytes = from_base64(line.substr(first + 10));
    if (!bytes || bytes->size() != 1 + sizeof(Hash) || bytes->front() != kEd25519Type)
        return wrong();
    SUDARE_TRY(VerifierKey key,
               make(std::string(line.substr(0, first)), std::span(*bytes).subspan(1)));
    if (key.line() != line)
        return wrong();
    return key;
}

std::string VerifierKey::id() const {
    return hex_of(hash_);
}

std::string VerifierKey::line() const {
    std::vector<std::uint8_t> bytes{kEd25519Type};
    bytes.insert(bytes.end(), key_.begin(), key_.end());
    return name_ + "+" + id() + "+" + base64(bytes);
}

std::string text_of(const Checkpoint& checkpoint) {
    return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
           base64(checkpoint.root) + "\n";
}

Result<std::string> SigningKey::sign(const Checkpoint& checkpoint) const {
    const std::string text = text_of(checkpoint);
    SUDARE_TRY(const VerifierKey key, verifier(checkpoint.origin));
    SUDARE_TRY(const auto signature, raw_sign(bytes_of(text)));
    std::vector<std::uint8_t> bytes;
    for (unsigned i = 0; i < kKeyHashBytes; ++i)
        bytes.push_back(static_cast<std::uint8_t>(key.hash() >> (24 - 8 * i)));
    bytes.insert(bytes.end(), signature.begin(), signature.end());
    return text + "\n" + std::string(kSignaturePrefix) + key.name() + " " + base64(bytes) + "\n";
}

Result<Checkpoint> parse_note(std::string_view note) {
    SUDARE_TRY(Parsed parsed, parse(note));
    return std::move(parsed.checkpoint);
}

Result<Verified> verify_note(std::string_view note, std::span<const VerifierKey> keys) {
    SUDARE_TRY(Parsed parsed, parse(note));
    const std::string text = text_of(parsed.checkpoint);
    const VerifierKey* by = nullptr;
    for (const Signature& signature : parsed.signatures)
        for (const VerifierKey& key : keys) {
            if (key.name() != signature.name || key.hash() != signature.key_hash ||
                key.name() != parsed.checkpoint.origin)
                continue;
            if (!ed25519_verify(key.bytes(), bytes_of(text), signature.bytes))
                return fail(Errc::kDenied, "checkpoint of " +
                                               std::to_string(parsed.checkpoint.size) +
                                               " records: the signature of " + key.name() + " (" +
                                               key.id() + ") is wrong");
            by = &key;
        }
    if (by == nullptr)
        return fail(Errc::kNotFound, "checkpoint of " + std::to_string(parsed.checkpoint.size) +
                                         " records: signed by none of the given keys");
    return Verified{std::move(parsed.checkpoint), by};
}

std::optional<std::string_view> take_note(std::string_view& text) {
    const std::size_t gap = text.find("\n\n");
    if (gap == std::string_view::npos)
        return std::nullopt;
    const std::size_t end = text.find("\n\n", gap + 2);
    if (end == std::string_view::npos)
        return std::nullopt;
    const std::string_view note = text.substr(0, end + 1);
    text.remove_prefix(end + 2);
    return note;
}

}  // namespace sudare::evidence

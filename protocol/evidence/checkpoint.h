// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/core/result.h"
#include "protocol/evidence/hash.h"

// Signed checkpoints: C2SP tlog-checkpoint inside a C2SP signed-note, signed by Ed25519 (note
// signature type 0x01). Five lines of text:
//
//   <origin>
//   <size, decimal>
//   <root, base64>
//   (empty)
//   — <name> <base64 of 4 bytes of key hash and 64 bytes of signature>
//
// Name and origin are the same, so that a key belongs to one log. Further signature lines, as of
// witnesses, are let pass; further lines of text are not: this log has none.
namespace sudare::evidence {

inline constexpr std::size_t kNoteBytesMax = 4096;
inline constexpr std::size_t kNameBytesMax = 128;

struct Checkpoint {
    std::string origin;
    std::uint64_t size = 0;
    Hash root{};
    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// Printable ASCII without space and '+': signed-note permits more, but what people compare by eye
// must have one look.
bool is_name(std::string_view name);

// What verifiers hold, as one line: "<name>+<8 hex digits of key hash>+<base64 of 0x01 and key>".
class VerifierKey {
public:
    static Result<VerifierKey> parse(std::string_view line);
    static Result<VerifierKey> make(std::string name, std::span<const std::uint8_t> public_key);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::string line() const;
    [[nodiscard]] std::string id() const;                     // the 8 hex digits
    [[nodiscard]] const Hash& bytes() const { return key_; }  // Ed25519 keys have 32 bytes, too
    [[nodiscard]] std::uint32_t hash() const { return hash_; }

private:
    VerifierKey(std::string name, const Hash& key, std::uint32_t hash)
        : name_(std::move(name)), key_(key), hash_(hash) {}
    std::string name_;
    Hash key_;
    std::uint32_t hash_;
};

// Ed25519's private half. Its bytes are wiped at the end and never leave but through pem().
class SigningKey {
public:
    static Result<SigningKey> generate();
    static Result<SigningKey> from_pem(std::span<const std::uint8_t> pem);  // PKCS#8, no passphrase
    SigningKey(SigningKey&&) noexcept;
    SigningKey& operator=(SigningKey&&) noexcept;
    ~SigningKey();

    [[nodiscard]] Result<std::string> pem() const;
    [[nodiscard]] Result<VerifierKey> verifier(std::string name) const;
    // The signed note, with the checkpoint's origin as the key's name.
    [[nodiscard]] Result<std::string> sign(const Checkpoint& checkpoint) const;

private:
    [[nodiscard]] Result<std::vector<std::uint8_t>> raw_sign(
        std::span<const std::uint8_t> message) const;
    struct Impl;
    explicit SigningKey(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// The text that is signed.
std::string text_of(const Checkpoint& checkpoint);
// Form only; proves nothing.
Result<Checkpoint> parse_note(std::string_view note);
// Errors: kBadInput for the form; kNotFound when none of these keys has signed it; kDenied when a
// signature under the name and key hash of one of them is wrong.
struct Verified {
    Checkpoint checkpoint;
    const VerifierKey* key;
};
Result<Verified> verify_note(std::string_view note, std::span<const VerifierKey> keys);

// The next of several notes in one text, each followed by an empty line; advances `text`. nullopt:
// what is left is no whole note (it stays in `text`).
std::optional<std::string_view> take_note(std::string_view& text);

}  // namespace sudare::evidence

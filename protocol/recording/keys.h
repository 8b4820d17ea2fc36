// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "protocol/recording/format.h"

// The keys of a recording. Call initialise() once before anything else of this folder, before a
// sandbox is entered.
namespace sudare::recording {

Result<void> initialise();

struct KeyPair {
    PublicKey public_key{};
    SecretKey secret_key{};
};
KeyPair make_key_pair();
PublicKey public_key_of(const SecretKey& secret);
// The first bytes of BLAKE2b of the public key: says who can open, without trying.
KeyId key_id(const PublicKey& key);
void wipe(std::span<std::uint8_t> secret);

// Not every 32 bytes are a key: with a point of low order the box would be open to everybody.
bool is_usable(const PublicKey& key);
SealedKey seal_key(const Key& key, const PublicKey& reviewer);
// kDenied: this key is not among those that the recording was sealed to. kBadInput: it is, and the
// box does not open.
Result<Key> open_key(const Header& header, const SecretKey& secret);

// The ratchet.
Key segment_key(const Key& state);
void advance(Key& state);

Hash sha256(std::span<const std::uint8_t> bytes);
// What the broker keeps of all segments so far: begins with the header's hash.
Hash chained(const Hash& before, const Hash& segment);

// "0123..." of 64 digits; kBadInput names what is wrong.
std::string to_hex(std::span<const std::uint8_t> bytes);
Result<PublicKey> public_key_from_hex(std::string_view text);

// The reviewer's secret key as a text file, encrypted with a passphrase (Argon2id,
// XSalsa20-Poly1305). Takes about a second and 256 MiB of memory.
Result<std::string> write_key_file(const KeyPair& keys, std::string_view passphrase);
// kDenied: wrong passphrase or a damaged file; kBadInput: no key file.
Result<KeyPair> read_key_file(std::string_view text, std::string_view passphrase);

}  // namespace sudare::recording

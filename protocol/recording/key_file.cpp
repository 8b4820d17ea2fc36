// SPDX-License-Identifier: Apache-2.0
// Three lines: what it is, the public key, and salt, nonce and box of the secret one.
#include <sodium.h>

#include <algorithm>

#include "protocol/recording/keys.h"

namespace sudare::recording {
namespace {

constexpr std::string_view kFirstLine = "sudare reviewer key 1\n";
constexpr std::string_view kPublic = "public ";
constexpr std::string_view kSecret = "secret ";
// Argon2id: whoever finds the file pays this for each guess.
constexpr unsigned long long kOperations = 3;
constexpr std::size_t kMemory = 256U << 20;
constexpr std::size_t kSalt = crypto_pwhash_SALTBYTES, kNonce = crypto_secretbox_NONCEBYTES;
constexpr std::size_t kBox = kSalt + kNonce + crypto_secretbox_MACBYTES + 32;
constexpr std::size_t kFileMax = 512;

Result<Key> key_from(std::string_view passphrase, std::span<const std::uint8_t> salt) {
    Key key;
    if (crypto_pwhash(key.data(), key.size(), passphrase.data(), passphrase.size(), salt.data(),
                      kOperations, kMemory, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return fail(Errc::kUnavailable, "not enough memory to use the passphrase (256 MiB)");
    return key;
}

// The hexadecimal digits behind `label`, as exactly `out.size()` bytes; drops the line.
bool take_line(std::string_view& text, std::string_view label, std::span<std::uint8_t> out) {
    const std::size_t length = label.size() + out.size() * 2;
    if (text.size() < length + 1 || !text.starts_with(label) || text[length] != '\n')
        return false;
    std::size_t size = 0;
    const bool hex = sodium_hex2bin(out.data(), out.size(), text.data() + label.size(),
                                    out.size() * 2, nullptr, &size, nullptr) == 0 &&
                     size == out.size();
    text.remove_prefix(length + 1);
    return hex;
}

}  // namespace

Result<std::string> write_key_file(const KeyPair& keys, std::string_view passphrase) {
    std::array<std::uint8_t, kBox> box{};
    const std::span<std::uint8_t> salt(box.data(), kSalt), nonce(box.data() + kSalt, kNonce);
    randombytes_buf(box.data(), kSalt + kNonce);
    SUDARE_TRY(Key key, key_from(passphrase, salt));
    crypto_secretbox_easy(box.data() + kSalt + kNonce, keys.secret_key.data(),
                          keys.secret_key.size(), nonce.data(), key.data());
    wipe(key);
    return std::string(kFirstLine) + std::string(kPublic) + to_hex(keys.public_key) + "\n" +
           std::string(kSecret) + to_hex(box) + "\n";
}

Result<KeyPair> read_key_file(std::string_view text, std::string_view passphrase) {
    KeyPair keys;
    std::array<std::uint8_t, kBox> box{};
    const bool whole = text.size() <= kFileMax && text.starts_with(kFirstLine);
    if (whole)
        text.remove_prefix(kFirstLine.size());
    if (!whole || !take_line(text, kPublic, keys.public_key) || !take_line(text, kSecret, box) ||
        !text.empty())
        return fail(Errc::kBadInput, "this is not a key file of sudarectl reviewer keygen");
    SUDARE_TRY(Key key, key_from(passphrase, std::span(box).first(kSalt)));
    const bool open =
        crypto_secretbox_open_easy(keys.secret_key.data(), box.data() + kSalt + kNonce,
                                   kBox - kSalt - kNonce, box.data() + kSalt, key.data()) == 0;
    wipe(key);
    if (!open || public_key_of(keys.secret_key) != keys.public_key) {
        wipe(keys.secret_key);
        return fail(Errc::kDenied, "the passphrase is wrong, or the key file is damaged");
    }
    return keys;
}

}  // namespace sudare::recording

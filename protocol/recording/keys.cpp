// SPDX-License-Identifier: Apache-2.0
#include "protocol/recording/keys.h"

#include <sodium.h>

#include <algorithm>

namespace sudare::recording {
namespace {

static_assert(crypto_box_PUBLICKEYBYTES == 32 && crypto_box_SECRETKEYBYTES == 32);
static_assert(crypto_box_SEALBYTES + 32 == kSealedKeyBytes);
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == 32);

Key derive(const Key& state, std::string_view label) {
    Key out;
    crypto_generichash(out.data(), out.size(), reinterpret_cast<const std::uint8_t*>(label.data()),
                       label.size(), state.data(), state.size());
    return out;
}

}  // namespace

Result<void> initialise() {
    if (::sodium_init() < 0)
        return fail(Errc::kSystem, "libsodium cannot be initialised");
    return {};
}

KeyPair make_key_pair() {
    KeyPair keys;
    crypto_box_keypair(keys.public_key.data(), keys.secret_key.data());
    return keys;
}

PublicKey public_key_of(const SecretKey& secret) {
    PublicKey key;
    crypto_scalarmult_base(key.data(), secret.data());
    return key;
}

KeyId key_id(const PublicKey& key) {
    std::array<std::uint8_t, 32> hash{};
    crypto_generichash(hash.data(), hash.size(), key.data(), key.size(), nullptr, 0);
    KeyId id;
    std::copy_n(hash.begin(), id.size(), id.begin());
    return id;
}

void wipe(std::span<std::uint8_t> secret) {
    sodium_memzero(secret.data(), secret.size());
}

bool is_usable(const PublicKey& key) {
    std::array<std::uint8_t, 32> secret{}, shared{};
    randombytes_buf(secret.data(), secret.size());
    const bool usable = crypto_scalarmult(shared.data(), secret.data(), key.data()) == 0;
    wipe(secret);
    wipe(shared);
    return usable;
}

SealedKey seal_key(const Key& key, const PublicKey& reviewer) {
    SealedKey sealed;
    sealed.reviewer = key_id(reviewer);
    crypto_box_seal(sealed.box.data(), key.data(), key.size(), reviewer.data());
    return sealed;
}

Result<Key> open_key(const Header& header, const SecretKey& secret) {
    const PublicKey mine = public_key_of(secret);
    const KeyId id = key_id(mine);
    const auto found = std::ranges::find(header.keys, id, &SealedKey::reviewer);
    if (found == header.keys.end())
        return fail(Errc::kDenied, "the recording is not sealed to this key (" + to_hex(id) + ")");
    Key key;
    if (crypto_box_seal_open(key.data(), found->box.data(), found->box.size(), mine.data(),
                             secret.data()) != 0)
        return fail(Errc::kBadInput, "the recording's header is damaged: its key does not open");
    return key;
}

Key segment_key(const Key& state) {
    return derive(state, "segment");
}

void advance(Key& state) {
    Key next = derive(state, "next");
    wipe(state);
    state = next;
    wipe(next);
}

Hash sha256(std::span<const std::uint8_t> bytes) {
    Hash hash;
    crypto_hash_sha256(hash.data(), bytes.data(), bytes.size());
    return hash;
}

Hash chained(const Hash& before, const Hash& segment) {
    std::array<std::uint8_t, 64> both{};
    std::ranges::copy(segment, std::ranges::copy(before, both.begin()).out);
    return sha256(both);
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
    std::string text(bytes.size() * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
    text.pop_back();
    return text;
}

Result<PublicKey> public_key_from_hex(std::string_view text) {
    PublicKey key;
    std::size_t size = 0;
    const char* end = nullptr;
    const bool hex = sodium_hex2bin(key.data(), key.size(), text.data(), text.size(), nullptr,
                                    &size, &end) == 0 &&
                     size == key.size() && end == text.data() + text.size();
    if (!hex || !is_usable(key))
        return fail(
            Errc::kBadInput,
            "\"" + std::string(text) +
                "\" is not a public key: 64 hexadecimal digits, as sudarectl reviewer keygen "
                "prints them");
    return key;
}

}  // namespace sudare::recording

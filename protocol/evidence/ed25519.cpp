// SPDX-License-Identifier: Apache-2.0
#include "protocol/evidence/ed25519.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "protocol/evidence/checkpoint.h"

namespace sudare::evidence {
namespace {

struct KeyDeleter {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using Key = std::unique_ptr<EVP_PKEY, KeyDeleter>;
using Context = std::unique_ptr<EVP_MD_CTX, KeyDeleter>;
using Bio = std::unique_ptr<BIO, KeyDeleter>;

// The key file is read by a program alone: a passphrase is never asked for.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

}  // namespace

struct SigningKey::Impl {
    Key key;
};

SigningKey::SigningKey(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

Result<SigningKey> SigningKey::generate() {
    Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    if (!key)
        return fail(Errc::kSystem, "OpenSSL made no Ed25519 key");
    return SigningKey(std::make_unique<Impl>(Impl{std::move(key)}));
}

Result<SigningKey> SigningKey::from_pem(std::span<const std::uint8_t> pem) {
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
    if (!key || EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519)
        return fail(Errc::kBadInput,
                    "the signing key must be Ed25519 in PEM (PKCS#8) without a passphrase");
    return SigningKey(std::make_unique<Impl>(Impl{std::move(key)}));
}

Result<std::string> SigningKey::pem() const {
    const Bio bio(BIO_new(BIO_s_secmem()));
    if (!bio || PEM_write_bio_PKCS8PrivateKey(bio.get(), impl_->key.get(), nullptr, nullptr, 0,
                                              nullptr, nullptr) != 1)
        return fail(Errc::kSystem, "OpenSSL did not write the key");
    const char* text = nullptr;
    const long length = BIO_get_mem_data(bio.get(), &text);
    return std::string(text, static_cast<std::size_t>(length));
}

Result<VerifierKey> SigningKey::verifier(std::string name) const {
    Hash bytes;
    std::size_t length = bytes.size();
    if (EVP_PKEY_get_raw_public_key(impl_->key.get(), bytes.data(), &length) != 1)
        return fail(Errc::kSystem, "OpenSSL gave no public key");
    return VerifierKey::make(std::move(name), bytes);
}

Result<std::vector<std::uint8_t>> SigningKey::raw_sign(
    std::span<const std::uint8_t> message) const {
    const Context context(EVP_MD_CTX_new());
    std::vector<std::uint8_t> signature(64);
    std::size_t length = signature.size();
    if (!context ||
        EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, impl_->key.get()) != 1 ||
        EVP_DigestSign(context.get(), signature.data(), &length, message.data(), message.size()) !=
            1)
        return fail(Errc::kSystem, "OpenSSL did not sign");
    signature.resize(length);
    return signature;
}

bool ed25519_verify(const Hash& public_key, std::span<const std::uint8_t> message,
                    std::span<const std::uint8_t> signature) {
    const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, public_key.data(),
                                              public_key.size()));
    const Context context(EVP_MD_CTX_new());
    return key && context &&
           EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
           EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                            message.size()) == 1;
}

}  // namespace sudare::evidence

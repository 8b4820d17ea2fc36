// SPDX-License-Identifier: Apache-2.0
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

#include "server/pki/builder.h"

// PEM and PKCS #12 forms.
namespace sudare::pki {
namespace {

template <typename Write>
Result<std::string> to_text(const char* call, Write&& write) {
    const Bio bio(BIO_new(BIO_s_mem()));
    if (!bio || write(bio.get()) != 1)
        return fail_openssl(call);
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio.get(), &data);
    return std::string(data, static_cast<std::size_t>(length));
}

struct StackDeleter {
    void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};

struct Pkcs8Deleter {
    void operator()(PKCS8_PRIV_KEY_INFO* info) const { PKCS8_PRIV_KEY_INFO_free(info); }
    void operator()(X509_ALGOR* algorithm) const { X509_ALGOR_free(algorithm); }
    void operator()(X509_SIG* encrypted) const { X509_SIG_free(encrypted); }
};

// 16 MiB and about a second: the most that OpenSSL reads without being told a higher limit.
constexpr std::uint64_t kScryptN = 1U << 14, kScryptR = 8, kScryptP = 8;

// A key file must never make OpenSSL ask for a passphrase on the terminal.
int give_passphrase(char* into, int room, int, void* passphrase) {
    const auto& text = *static_cast<const std::string*>(passphrase);
    if (text.empty() || text.size() > static_cast<std::size_t>(room))
        return -1;
    text.copy(into, text.size());
    return static_cast<int>(text.size());
}

}  // namespace

Result<std::string> pem_of(const EVP_PKEY* key) {
    return to_text("PEM_write_bio_PKCS8PrivateKey", [key](BIO* bio) {
        return PEM_write_bio_PKCS8PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
    });
}

Result<std::string> pem_of(const X509* certificate) {
    return to_text("PEM_write_bio_X509",
                   [certificate](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
}

Result<std::string> pem_of(const X509_CRL* crl) {
    return to_text("PEM_write_bio_X509_CRL",
                   [crl](BIO* bio) { return PEM_write_bio_X509_CRL(bio, crl); });
}

Result<std::string> pkcs12_of(EVP_PKEY* key, X509* certificate, X509* authority,
                              const std::string& passphrase, const std::string& label) {
    const std::unique_ptr<STACK_OF(X509), StackDeleter> chain(sk_X509_new_null());
    if (!chain || sk_X509_push(chain.get(), authority) <= 0)
        return fail_openssl("sk_X509_push");
    const Pkcs12 bundle(PKCS12_create(passphrase.c_str(), label.c_str(), key, certificate,
                                      chain.get(), 0, 0, 0, 0, 0));
    if (!bundle)
        return fail_openssl("PKCS12_create");
    return to_text("i2d_PKCS12_bio", [&](BIO* bio) { return i2d_PKCS12_bio(bio, bundle.get()); });
}

Result<std::string> encrypted_pem_of(EVP_PKEY* key, const std::string& passphrase) {
    const std::unique_ptr<PKCS8_PRIV_KEY_INFO, Pkcs8Deleter> plain(EVP_PKEY2PKCS8(key));
    std::unique_ptr<X509_ALGOR, Pkcs8Deleter> algorithm(PKCS5_pbe2_set_scrypt(
        EVP_aes_256_cbc(), nullptr, 0, nullptr, kScryptN, kScryptR, kScryptP));
    if (!plain || !algorithm)
        return fail_openssl("PKCS5_pbe2_set_scrypt");
    const std::unique_ptr<X509_SIG, Pkcs8Deleter> encrypted(
        PKCS8_set0_pbe(passphrase.data(), static_cast<int>(passphrase.size()), plain.get(), algorithm.get()));
    if (!encrypted)
        return fail_openssl("PKCS8_set0_pbe");
    (void)algorithm.release();  // it is in there
    return to_text("PEM_write_bio_PKCS8",
                   [&](BIO* bio) { return PEM_write_bio_PKCS8(bio, encrypted.get()); });
}

bool is_encrypted(const std::string& key_pem) {
    return key_pem.find("-----BEGIN ENCRYPTED PRIVATE KEY-----") != std::string::npos;
}

Result<Key> key_from_pem(const std::string& pem, const std::string& passphrase) {
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    std::string copy = passphrase;
    Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, &copy));
    OPENSSL_cleanse(copy.data(), copy.size());
    if (!key && is_encrypted(pem)) {
        ERR_clear_error();
        return fail(Errc::kDenied, "the passphrase of the CA's key is wrong");
    }
    if (!key)
        return fail_openssl("PEM_read_bio_PrivateKey");
    return key;
}

Result<Certificate> certificate_from_pem(const std::string& pem) {
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!certificate)
        return fail_openssl("PEM_read_bio_X509");
    return certificate;
}

}  // namespace sudare::pki

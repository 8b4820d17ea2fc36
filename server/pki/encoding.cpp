// SPDX-License-Identifier: Apache-2.0
#include <openssl/err.h>
#include <openssl/pem.h>

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

// A key file must never make OpenSSL ask for a passphrase on the terminal.
int no_passphrase(char*, int, int, void*) {
    return 0;
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

Result<Key> key_from_pem(const std::string& pem) {
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
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

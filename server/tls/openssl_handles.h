// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

// Owners of OpenSSL objects, each with the named function that frees it.
namespace sudare::tls {

struct ContextDeleter {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct ConnectionDeleter {
    void operator()(SSL* connection) const { SSL_free(connection); }
};
struct BioDeleter {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
struct CertificateDeleter {
    void operator()(X509* certificate) const { X509_free(certificate); }
};
struct RevocationListDeleter {
    void operator()(X509_CRL* list) const { X509_CRL_free(list); }
};
struct KeyDeleter {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct StoreDeleter {
    void operator()(X509_STORE* store) const { X509_STORE_free(store); }
};
struct StoreContextDeleter {
    void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
};
struct NamesDeleter {
    void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

using ContextPtr = std::unique_ptr<SSL_CTX, ContextDeleter>;
using ConnectionPtr = std::unique_ptr<SSL, ConnectionDeleter>;
using BioPtr = std::unique_ptr<BIO, BioDeleter>;
using CertificatePtr = std::unique_ptr<X509, CertificateDeleter>;
using RevocationListPtr = std::unique_ptr<X509_CRL, RevocationListDeleter>;
using KeyPtr = std::unique_ptr<EVP_PKEY, KeyDeleter>;
using StorePtr = std::unique_ptr<X509_STORE, StoreDeleter>;
using StoreContextPtr = std::unique_ptr<X509_STORE_CTX, StoreContextDeleter>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, NamesDeleter>;

}  // namespace sudare::tls

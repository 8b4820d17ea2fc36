// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "protocol/core/result.h"

// OpenSSL objects of this folder as unique_ptr with named deleters.
namespace sudare::pki {

struct BioDeleter {
    void operator()(BIO* bio) const { BIO_free_all(bio); }
};
struct KeyDeleter {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct CertificateDeleter {
    void operator()(X509* certificate) const { X509_free(certificate); }
};
struct CrlDeleter {
    void operator()(X509_CRL* crl) const { X509_CRL_free(crl); }
};
struct ExtensionDeleter {
    void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};
struct Pkcs12Deleter {
    void operator()(PKCS12* bundle) const { PKCS12_free(bundle); }
};
struct IntegerDeleter {
    void operator()(ASN1_INTEGER* integer) const { ASN1_INTEGER_free(integer); }
};
struct BignumDeleter {
    void operator()(BIGNUM* number) const { BN_free(number); }
};
struct NamesDeleter {
    void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

using Bio = std::unique_ptr<BIO, BioDeleter>;
using Key = std::unique_ptr<EVP_PKEY, KeyDeleter>;
using Certificate = std::unique_ptr<X509, CertificateDeleter>;
using Crl = std::unique_ptr<X509_CRL, CrlDeleter>;
using Extension = std::unique_ptr<X509_EXTENSION, ExtensionDeleter>;
using Pkcs12 = std::unique_ptr<PKCS12, Pkcs12Deleter>;
using Integer = std::unique_ptr<ASN1_INTEGER, IntegerDeleter>;
using Bignum = std::unique_ptr<BIGNUM, BignumDeleter>;
using Names = std::unique_ptr<GENERAL_NAMES, NamesDeleter>;

// kSystem with the call's name and OpenSSL's newest reason; empties the error queue.
tl::unexpected<Error> fail_openssl(const char* call);

}  // namespace sudare::pki

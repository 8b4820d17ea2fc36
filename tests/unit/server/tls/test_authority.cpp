// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/server/tls/test_authority.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstdlib>
#include <iostream>

namespace sudare::tls::test {
namespace {

// A test whose set-up fails has nothing to say.
void must(bool done, const char* what) {
    if (done)
        return;
    std::cerr << "test authority: " << what << ": " << openssl_error() << "\n";
    std::abort();
}

Bytes bytes_of(BIO* bio) {
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio, &data);
    return {data, data + length};
}

void set_name(X509_NAME* subject, const std::string& name) {
    must(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                                    0) == 1,
         "name");
}

void add(X509* certificate, X509* issuer, int nid, const std::string& value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    must(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1, value.c_str());
    X509_EXTENSION_free(extension);
}

Issued begin(long serial, const std::string& name, long begins_s, long ends_s) {
    Issued out{CertificatePtr(X509_new()), KeyPtr(EVP_EC_gen("P-256"))};
    X509* certificate = out.certificate.get();
    must(X509_set_version(certificate, X509_VERSION_3) == 1 &&
             ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial) == 1 &&
             X509_gmtime_adj(X509_getm_notBefore(certificate), begins_s) != nullptr &&
             X509_gmtime_adj(X509_getm_notAfter(certificate), ends_s) != nullptr &&
             X509_set_pubkey(certificate, out.key.get()) == 1,
         "certificate");
    set_name(X509_get_subject_name(certificate), name);
    return out;
}

}  // namespace

TestAuthority::TestAuthority(const std::string& name) : self_(begin(1, name, -86400, 86400)) {
    X509* certificate = self_.certificate.get();
    must(X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) == 1, "issuer");
    add(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
    add(certificate, certificate, NID_subject_key_identifier, "hash");
    add(certificate, certificate, NID_authority_key_identifier, "keyid:always");
    must(X509_sign(certificate, self_.key.get(), EVP_sha256()) != 0, "sign");
}

Issued TestAuthority::issue(const Leaf& leaf) {
    Issued out = begin(next_serial_++, "leaf", leaf.begins_s, leaf.ends_s);
    X509* certificate = out.certificate.get();
    X509* issuer = self_.certificate.get();
    must(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1, "issuer");
    add(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE");
    add(certificate, issuer, NID_key_usage, "critical,digitalSignature");
    if (!leaf.usage.empty())
        add(certificate, issuer, NID_ext_key_usage, leaf.usage);
    add(certificate, issuer, NID_subject_key_identifier, "hash");
    add(certificate, issuer, NID_authority_key_identifier, "keyid:always");
    if (!leaf.names.empty())
        add(certificate, issuer, NID_subject_alt_name, leaf.names);
    must(X509_sign(certificate, self_.key.get(), EVP_sha256()) != 0, "sign");
    return out;
}

Bytes TestAuthority::revocation_list(const std::vector<const X509*>& revoked, long ends_s) const {
    const RevocationListPtr list(X509_CRL_new());
    ASN1_TIME* time = ASN1_TIME_new();
    must(X509_CRL_set_version(list.get(), X509_CRL_VERSION_2) == 1 &&
             X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(self_.certificate.get())) &&
             X509_CRL_set1_lastUpdate(list.get(), X509_gmtime_adj(time, -7200)) == 1 &&
             X509_CRL_set1_nextUpdate(list.get(), X509_gmtime_adj(time, ends_s)) == 1,
         "revocation list");
    for (const X509* certificate : revoked) {
        X509_REVOKED* entry = X509_REVOKED_new();
        must(X509_REVOKED_set_serialNumber(
                 entry, const_cast<ASN1_INTEGER*>(X509_get0_serialNumber(certificate))) == 1 &&
                 X509_REVOKED_set_revocationDate(entry, X509_gmtime_adj(time, -60)) == 1 &&
                 X509_CRL_add0_revoked(list.get(), entry) == 1,
             "revoked entry");
    }
    ASN1_TIME_free(time);
    // X509_STRICT demands the key identifier and a number.
    X509V3_CTX context{};
    X509V3_set_ctx(&context, self_.certificate.get(), nullptr, nullptr, list.get(), 0);
    X509_EXTENSION* identifier =
        X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid:always");
    must(identifier != nullptr && X509_CRL_add_ext(list.get(), identifier, -1) == 1, "identifier");
    X509_EXTENSION_free(identifier);
    ASN1_INTEGER* number = ASN1_INTEGER_new();
    must(ASN1_INTEGER_set(number, 1) == 1 &&
             X509_CRL_add1_ext_i2d(list.get(), NID_crl_number, number, 0, 0) == 1,
         "number");
    ASN1_INTEGER_free(number);
    must(X509_CRL_sort(list.get()) == 1 &&
             X509_CRL_sign(list.get(), self_.key.get(), EVP_sha256()) != 0,
         "sign list");
    const BioPtr bio(BIO_new(BIO_s_mem()));
    must(PEM_write_bio_X509_CRL(bio.get(), list.get()) == 1, "PEM");
    return bytes_of(bio.get());
}

Material TestAuthority::material(const Issued& holder, Bytes revoked) const {
    Material out;
    out.certificate = pem_of(*holder.certificate);
    out.key = pem_of(*holder.key);
    out.authority = certificate_pem();
    out.revoked = std::move(revoked);
    return out;
}

Bytes TestAuthority::certificate_pem() const { return pem_of(*self_.certificate); }

Bytes pem_of(const X509& certificate) {
    const BioPtr bio(BIO_new(BIO_s_mem()));
    must(PEM_write_bio_X509(bio.get(), &certificate) == 1, "PEM");
    return bytes_of(bio.get());
}

Bytes pem_of(const EVP_PKEY& key) {
    const BioPtr bio(BIO_new(BIO_s_mem()));
    must(PEM_write_bio_PKCS8PrivateKey(bio.get(), &key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
         "PEM");
    return bytes_of(bio.get());
}

}  // namespace sudare::tls::test

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "server/pki/certificate.h"
#include "server/pki/openssl_handles.h"

// Building and encoding with OpenSSL; used inside this folder only.
namespace sudare::pki {

// Certificates and CRLs are valid from five minutes ago, for machines whose clock is a little
// behind.
inline constexpr long kClockSkewSeconds = 300;

struct Issuer {
    Key key;
    Certificate certificate;
};

Result<Key> make_key();
Result<Issuer> make_authority(const std::string& name, int days);
// The request must have been checked (Authority::issue does).
Result<Certificate> make_certificate(const Issuer& issuer, const IssueRequest& request,
                                     EVP_PKEY* subject_key);

struct RevokedEntry {
    std::string serial;   // hex
    std::int64_t at = 0;  // seconds since 1970
};
// number: greater than that of every earlier CRL (RFC 5280 5.2.3).
Result<Crl> make_crl(const Issuer& issuer, std::span<const RevokedEntry> revoked,
                     std::int64_t number, int days);

Result<std::string> pem_of(const EVP_PKEY* key);
// PKCS #8, AES-256 under a key that scrypt (RFC 7914) makes of the passphrase.
Result<std::string> encrypted_pem_of(EVP_PKEY* key, const std::string& passphrase);
bool is_encrypted(const std::string& key_pem);  // PKCS #8, not encrypted
Result<std::string> pem_of(const X509* certificate);
Result<std::string> pem_of(const X509_CRL* crl);
// PKCS #12 with key, certificate and CA; AES-256-CBC under the passphrase.
Result<std::string> pkcs12_of(EVP_PKEY* key, X509* certificate, X509* authority,
                              const std::string& passphrase, const std::string& label);

// kDenied: it is encrypted, and not with that passphrase.
Result<Key> key_from_pem(const std::string& pem, const std::string& passphrase = {});
Result<Certificate> certificate_from_pem(const std::string& pem);

Result<CertificateFacts> facts_of(const X509* certificate);
std::string serial_hex(const ASN1_INTEGER* serial);
std::int64_t seconds_of(const ASN1_TIME* time);

}  // namespace sudare::pki

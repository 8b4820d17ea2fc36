// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "server/tls/material.h"

// A private CA for tests that can also issue what the real one (sudarectl pki) refuses to: expired,
// misnamed and misused certificates.
namespace sudare::tls::test {

struct Leaf {
    std::string names;                  // subjectAltName in OpenSSL's syntax
    std::string usage = "clientAuth";   // extendedKeyUsage; empty: none
    long begins_s = -3600;              // relative to now
    long ends_s = 3600;
};

struct Issued {
    CertificatePtr certificate;
    KeyPtr key;
};

class TestAuthority {
   public:
    explicit TestAuthority(const std::string& name);

    Issued issue(const Leaf& leaf);
    // PEM of a list of these certificates; it ends `ends_s` seconds from now.
    Bytes revocation_list(const std::vector<const X509*>& revoked, long ends_s = 3600) const;
    // Material of that holder; its peers are judged by this authority and that list.
    Material material(const Issued& holder, Bytes revoked) const;
    Bytes certificate_pem() const;

   private:
    Issued self_;
    long next_serial_ = 100;
};

Bytes pem_of(const X509& certificate);
Bytes pem_of(const EVP_PKEY& key);

}  // namespace sudare::tls::test

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "server/pki/openssl_handles.h"

// A certificate signing request (PKCS #10, RFC 2986) of a terminal. OpenSSL reads it; what is taken
// from it is one name and one public key, and never an extension: those are our own profile's.
namespace sudare::pki {

// A request with an RSA key of 8192 bits has less than 4 KiB of PEM.
inline constexpr std::size_t kRequestBytesMax = 16 * 1024;

struct CheckedRequest {
    std::string name;                            // a terminal's; the common name
    Key key;                                     // public; P-256, P-384, Ed25519 or RSA 3072..8192
    std::array<std::uint8_t, 32> fingerprint{};  // SHA-256 of the public key (SubjectPublicKeyInfo)
};

// Errors: kBadInput, saying what is wrong with it and how to make a good one. Refused are: a broken
// signature (the key is not the asker's), a key that the product's TLS does not take, a name that
// no terminal can have, an extension other than the SAN "URI:sudare:terminal:NAME" of that same
// name.
Result<CheckedRequest> check_request(const std::string& pem);

// SHA-256 of the public key: what the terminal shows and the administrator compares.
Result<std::array<std::uint8_t, 32>> fingerprint_of(const EVP_PKEY* key);

}  // namespace sudare::pki

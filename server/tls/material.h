// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "protocol/core/result.h"
#include "server/tls/openssl_handles.h"

// What one end of a connection proves itself with and judges its peer by. Always bytes in
// memory: the programs that speak TLS can open no file.
namespace sudare::tls {

using Bytes = std::vector<std::uint8_t>;

// Overwrites and empties.
void wipe(Bytes& bytes);

// PEM texts. The key is wiped when the object goes.
struct Material {
    Bytes certificate;  // our chain, leaf first
    Bytes key;
    Bytes authority;    // the private CA: the only trust anchor there is
    Bytes revoked;      // its revocation list, and those of its intermediates

    Material() = default;
    Material(Material&&) = default;
    Material& operator=(Material&&) = default;
    Material(const Material&) = delete;
    Material& operator=(const Material&) = delete;
    ~Material() { wipe(key); }
};

// All certificates of a PEM text, at most 8; kBadInput when there is none.
Result<std::vector<CertificatePtr>> read_certificates(std::span<const std::uint8_t> pem);
// All revocation lists, at most 8; kBadInput when there is none (fail closed).
Result<std::vector<RevocationListPtr>> read_revocation_lists(std::span<const std::uint8_t> pem);
Result<KeyPtr> read_key(std::span<const std::uint8_t> pem);

// The oldest error of OpenSSL's queue as text; empties the queue.
std::string openssl_error();

}  // namespace sudare::tls

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

// Why a TLS handshake was refused, as far as one can tell from our side: for the record and for
// the penalty of the source, never shown to the peer beyond the TLS alert.
namespace sudare::tls {

enum class Fault : std::uint8_t {
    kNoCertificate,
    kRevoked,
    kWrongCa,
    kExpired,
    kWrongIdentity,  // purpose, key strength or name
    kTlsVersion,
    kAlpn,
    kTimeout,
    kGarbage,        // not TLS, or broken TLS
    kClosed,         // the peer went away: it may have refused us
    kOurMaterial,    // our revocation list is missing or too old: nobody is let in
};

std::string_view name_of(Fault fault);

// From SSL_get_verify_result (not X509_V_OK) and from the code of ERR_get_error.
Fault fault_of_verification(long result);
Fault fault_of_error(unsigned long code);

}  // namespace sudare::tls

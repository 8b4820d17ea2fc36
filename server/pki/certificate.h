// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/core/result.h"

// What the private CA issues. Keys are ECDSA P-256 throughout (CRYPTREC, and the one curve that
// every TPM and every terminal's TLS stack has). Identity is the one subjectAltName entry of its
// kind; the common name is for people only and never decides.
namespace sudare::pki {

enum class CertificateKind : std::uint8_t {
    kGateway,   // TLS server towards the viewers; SAN: URI sudare:gateway:NAME, DNS, IP
    kBorder,    // TLS client of the link towards the session host; SAN: URI sudare:border:NAME
    kHost,      // TLS server of the session host; SAN: URI sudare:host:NAME, DNS, IP
    kTerminal,  // TLS client of one terminal; SAN: URI sudare:terminal:NAME
};
std::string_view name_of(CertificateKind kind);
std::optional<CertificateKind> kind_from(std::string_view name);

// Days of validity when nothing else is asked for. Terminals: 90, short, so that a lost one that
// nobody reports ends by itself (reference/security.md section 7.1); their viewers ask for the next
// one in the last third, 30 days, in which somebody has to sign it (docs/decisions/0017).
int default_days(CertificateKind kind);
inline constexpr int kAuthorityDays = 3650;
inline constexpr int kDaysMax = 3650;

struct IssueRequest {
    CertificateKind kind = CertificateKind::kTerminal;
    std::string name;              // 1..64 of a-z A-Z 0-9 . _ -, not beginning with . or -
    std::vector<std::string> dns;  // kGateway and kHost only; both empty: DNS:name
    std::vector<std::string> ip;
    int days = 0;  // 0: default_days
};

// What a certificate says about itself; for `terminal add` and for lists.
struct CertificateFacts {
    std::string name;                            // from the sudare: SAN, else the common name
    std::string serial;                          // lower-case hex
    std::array<std::uint8_t, 32> fingerprint{};  // SHA-256 of the DER form
    std::int64_t not_before = 0;                 // seconds since 1970, UTC
    std::int64_t not_after = 0;
};

bool is_certificate_name(std::string_view name);
std::string hex_of(const std::array<std::uint8_t, 32>& bytes);

// The facts of the first certificate in a PEM text.
Result<CertificateFacts> read_certificate(const std::string& pem);
// Its DER form.
Result<std::string> der_of_certificate(const std::string& pem);

}  // namespace sudare::pki

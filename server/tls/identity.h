// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/core/result.h"
#include "server/tls/openssl_handles.h"

// Who a certificate is for. The one source is a SAN of type URI, "sudare:KIND:NAME": the subject
// is ignored, and a certificate with no or several URIs names nobody.
namespace sudare::tls {

enum class PeerKind : std::uint8_t { kTerminal, kGateway, kBorder, kHost };

std::string_view name_of(PeerKind kind);  // "terminal"

struct Identity {
    PeerKind kind = PeerKind::kTerminal;
    std::string name;    // 1..limits::kTerminalNameBytesMax of [A-Za-z0-9._-]
    std::string serial;  // lower-case hexadecimal, for the record
    std::int64_t not_after = 0;  // seconds since 1970, UTC
};

// The text form alone, "sudare:terminal:T-0042".
Result<Identity> parse_identity(std::string_view uri);

// Errors: kDenied, naming what is wrong with the certificate.
Result<Identity> identity_of(const X509& certificate);

}  // namespace sudare::tls

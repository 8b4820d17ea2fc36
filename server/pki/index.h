// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/core/result.h"
#include "server/pki/certificate.h"

// DIR/index.txt: every certificate that this CA ever issued, one line each, fields separated by
// tabs: serial, kind, name, SHA-256, not_after, revoked_at (0: valid). The CRL is made from it.
namespace sudare::pki {

struct IndexRow {
    std::string serial;
    CertificateKind kind = CertificateKind::kTerminal;
    std::string name;
    std::string fingerprint;      // 64 hex digits
    std::int64_t not_after = 0;   // seconds since 1970, UTC
    std::int64_t revoked_at = 0;  // 0: not revoked
};

struct Index {
    std::int64_t crl_number = 0;  // of the newest CRL
    std::vector<IndexRow> rows;

    static Result<Index> load(const std::string& path);
    Result<void> save(const std::string& path) const;
};

}  // namespace sudare::pki

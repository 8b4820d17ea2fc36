// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "server/pki/certificate.h"
#include "server/pki/request.h"

// A terminal's request for its next certificate (protocol/enrol, AskRenewal): CMS SignedData (RFC
// 5652) over a PKCS #10 in PEM, signed with the present key and carrying the present certificate.
// So it is the terminal that asks and not the border, through which the request comes: who has
// taken the border over gets no certificate.
namespace sudare::pki {

inline constexpr std::size_t kRenewalBytesMax = 6144;  // enrol::kRenewalBytesMax

struct CheckedRenewal {
    CheckedRequest request;
    CertificateFacts present;  // by which it is signed: valid, of this CA, for TLS clients
};

// Errors: kBadInput. Whether the present certificate is revoked the index knows (Authority::renew).
Result<CheckedRenewal> check_renewal(const std::string& der, X509* authority);

}  // namespace sudare::pki

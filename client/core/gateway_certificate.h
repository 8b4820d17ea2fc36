// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSslCertificate>
#include <QString>

#include "client/core/ending.h"
#include "client/core/settings.h"

namespace sudare::client {

// The URI in the subjectAltName that makes a certificate a gateway's. Terminals have certificates
// of the same CA: without a role in the name, any of them could pose as the server.
inline constexpr char kGatewayUriPrefix[] = "sudare:gateway:";

struct CertificateJudgement {
    Fault fault = Fault::kNone;
    QString diagnostic;
};

// Everything that must hold before the first byte is written: the chain leads to our CA, is for a
// TLS server, nothing in it is on the revocation list, and the name says gateway, or is the host
// that was asked for. Qt checks the chain but no revocation list (reference/trials.md section 6),
// so this does the whole check once more with OpenSSL's X509_STORE.
CertificateJudgement judge_gateway(const QList<QSslCertificate>& peer_chain,
                                   const Identity& identity, const QString& host);

// The "sudare:" URI that says whose certificate it is; empty: it has none.
QString role_of(const QSslCertificate& certificate);

// A TLS client's certificate of the same CA and for the same terminal, valid now and for longer.
bool is_successor(const QSslCertificate& next, const Identity& present);

}  // namespace sudare::client

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QSslCertificate>
#include <QSslKey>
#include <QString>

#include "protocol/core/result.h"

// The terminal's own key and what it sends to the CA about it. The private key is made here and
// leaves this machine in no form; files with it have mode 0600 from their first moment.
namespace sudare::client {

struct KeyRequest {
    QByteArray key;      // PEM (PKCS #8), EC P-256; wipe after use
    QByteArray request;  // PEM (PKCS #10): common name and URI of the terminal, signed by the key
    QByteArray fingerprint;  // SHA-256 of the public key, 64 hex digits: to compare at the CA
};

// kBadInput: no name for a terminal; kSystem: OpenSSL's word.
Result<KeyRequest> make_key_request(const QString& terminal);

struct RequestFiles {
    QString key;
    QString request;
};
// DIR/NAME.key (0600) and DIR/NAME.csr. kState: one of them is there; nothing is overwritten.
Result<RequestFiles> write_key_request(const KeyRequest& made, const QString& directory,
                                       const QString& terminal);

// Creates a file for its owner alone; kState when it exists.
Result<void> write_private_file(const QString& path, const QByteArray& content);

// The key (PEM, not encrypted) is that of the certificate.
bool key_fits(const QSslCertificate& certificate, const QByteArray& key);

// CMS SignedData (DER) over a request, signed with the key of the present certificate, which is in it:
// protocol/enrol, AskRenewal.
Result<QByteArray> sign_with_present_key(const QByteArray& request, const QSslCertificate& present,
                                         const QSslKey& key);

// Overwrites a secret in memory, where the compiler cannot leave it out.
void wipe_bytes(QByteArray& secret);

}  // namespace sudare::client

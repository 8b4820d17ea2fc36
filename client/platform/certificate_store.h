// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QSslCertificate>
#include <QSslKey>
#include <QString>
#include <optional>

namespace sudare::platform {

// This terminal's certificate from the system's own store instead of files.
struct StoredIdentity {
    QList<QSslCertificate> chain;  // the terminal's first
    QSslKey key;                   // may be a handle to a key that never leaves its provider
};

// `name`: NAME of the certificate's "sudare:terminal:NAME". Windows: CertOpenStore with
// CERT_STORE_PROV_SYSTEM_W on "MY" of the local machine, CertFindCertificateInStore by the URI, the key
// by CryptAcquireCertificatePrivateKey with CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG; Qt's Schannel backend
// takes it as a QSslKey of the certificate's handle. Linux has no store that administrators would use
// for this: nullopt, and the PEM files of the settings are read. Any thread.
std::optional<StoredIdentity> identity_from_store(const QString& name);

}  // namespace sudare::platform

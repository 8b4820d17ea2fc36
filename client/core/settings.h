// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QList>
#include <QSslCertificate>
#include <QSslKey>
#include <QString>

#include "protocol/core/result.h"

// Where to connect and as which terminal. Paths come from settings or options, never secrets.
namespace sudare::client {

inline constexpr quint16 kDefaultPort = 7443;

struct Server {
    QString host;
    quint16 port = kDefaultPort;
};

// "host", "host:port", "[v6]", "[v6]:port". kBadInput with a sentence for a person.
Result<Server> parse_server(const QString& text);

struct IdentityPaths {
    QString certificate;  // PEM, this terminal's certificate and what links it to the CA
    QString key;          // PEM, EC or RSA, not encrypted
    QString ca;           // PEM, the private CA and nothing else
    QString crl;          // PEM revocation list of that CA; empty: none is checked
};

// What one TLS connection needs. Read again for each connection, so that a renewed certificate
// or revocation list takes effect without a restart.
struct Identity {
    QList<QSslCertificate> chain;
    QSslKey key;
    QList<QSslCertificate> authorities;
    QByteArray crl_pem;  // empty: no list
};

// kNotFound names the file that cannot be read, kBadInput the one that cannot be understood.
Result<Identity> load_identity(const IdentityPaths& paths);

}  // namespace sudare::client

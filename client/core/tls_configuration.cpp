// SPDX-License-Identifier: Apache-2.0
#include "client/core/tls_configuration.h"

#include <QSslSocket>

namespace sudare::client {

QSslConfiguration tls_configuration(const Identity& identity, const char* protocol) {
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setProtocol(QSsl::TlsV1_3OrLater);
    configuration.setCaCertificates(identity.authorities);  // replaces the system's list
    configuration.setLocalCertificateChain(identity.chain);
    configuration.setPrivateKey(identity.key);
    configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
    configuration.setAllowedNextProtocols({QByteArray(protocol)});
    configuration.setSslOption(QSsl::SslOptionDisableSessionTickets, true);
    configuration.setSslOption(QSsl::SslOptionDisableSessionPersistence, true);
    return configuration;
}

}  // namespace sudare::client

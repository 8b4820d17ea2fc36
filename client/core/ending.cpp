// SPDX-License-Identifier: Apache-2.0
#include "client/core/ending.h"

namespace sudare::client {

std::string_view name_of(Fault fault) {
    switch (fault) {
        case Fault::kNone:             return "none";
        case Fault::kNameNotFound:     return "name_not_found";
        case Fault::kUnreachable:      return "unreachable";
        case Fault::kTimeout:          return "timeout";
        case Fault::kServerNotTrusted: return "server_not_trusted";
        case Fault::kServerRevoked:    return "server_revoked";
        case Fault::kListOutdated:     return "list_outdated";
        case Fault::kTerminalRefused:  return "terminal_refused";
        case Fault::kTerminalRevoked:  return "terminal_revoked";
        case Fault::kNotSecureEnough:  return "not_secure_enough";
        case Fault::kWrongService:     return "wrong_service";
        case Fault::kSettings:         return "settings";
        case Fault::kLost:             return "lost";
        case Fault::kStalled:          return "stalled";
        case Fault::kServerBroke:      return "server_broke";
        case Fault::kDecoder:          return "decoder";
    }
    return "unknown";
}

Fault fault_of_alert(QSsl::AlertType alert) {
    switch (alert) {
        case QSsl::AlertType::CertificateRevoked:
            return Fault::kTerminalRevoked;
        case QSsl::AlertType::NoCertificate:
        case QSsl::AlertType::BadCertificate:
        case QSsl::AlertType::UnsupportedCertificate:
        case QSsl::AlertType::CertificateExpired:
        case QSsl::AlertType::CertificateUnknown:
        case QSsl::AlertType::UnknownCa:
        case QSsl::AlertType::AccessDenied:
        case QSsl::AlertType::CertificateRequired:
            return Fault::kTerminalRefused;
        case QSsl::AlertType::ProtocolVersion:
        case QSsl::AlertType::InsufficientSecurity:
        case QSsl::AlertType::HandshakeFailure:
            return Fault::kNotSecureEnough;
        case QSsl::AlertType::NoApplicationProtocol:
            return Fault::kWrongService;
        default:
            return Fault::kLost;
    }
}

Fault fault_of_socket(QAbstractSocket::SocketError error) {
    switch (error) {
        case QAbstractSocket::HostNotFoundError:
            return Fault::kNameNotFound;
        case QAbstractSocket::ConnectionRefusedError:
        case QAbstractSocket::SocketTimeoutError:
        case QAbstractSocket::NetworkError:
        case QAbstractSocket::SocketAccessError:
        case QAbstractSocket::SocketResourceError:
        case QAbstractSocket::ProxyConnectionRefusedError:
        case QAbstractSocket::ProxyNotFoundError:
            return Fault::kUnreachable;
        // What Qt says when the handshake fails before or without an alert: a TLS 1.2 server, or
        // no TLS at all.
        case QAbstractSocket::SslHandshakeFailedError:
        case QAbstractSocket::SslInvalidUserDataError:
            return Fault::kNotSecureEnough;
        default:
            return Fault::kLost;
    }
}

}  // namespace sudare::client

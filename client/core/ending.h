// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSslSocket>
#include <QString>
#include <optional>
#include <string_view>

#include "protocol/core/reason.h"

// Why a connection ended, as far as this terminal can tell. A fault is ours or the network's; a
// reason is the server's word. The texts for people are in client/app/texts.cpp.
namespace sudare::client {

enum class Fault {
    kNone,              // the server said End; see reason
    kNameNotFound,
    kUnreachable,       // refused, no route, no answer
    kTimeout,           // something answers, but no handshake within its deadline
    kServerNotTrusted,  // not from our CA, expired, or not a gateway's certificate
    kServerRevoked,
    kListOutdated,      // our copy of the revocation list has expired or cannot be used
    kTerminalRefused,   // the server does not accept this terminal's certificate
    kTerminalRevoked,
    kNotSecureEnough,   // no TLS 1.3 there
    kWrongService,      // TLS, but not sudare/1 or another version of it
    kSettings,          // certificate, key or CA file missing or unreadable
    kLost,              // the connection broke without an End
    kStalled,           // the server is silent
    kServerBroke,       // the server sent what the protocol forbids; see reason
    kDecoder,           // the picture decoder of this terminal failed
};

// Every fault, for tables and tests.
inline constexpr Fault kAllFaults[] = {
    Fault::kNone,           Fault::kNameNotFound,    Fault::kUnreachable,   Fault::kTimeout,
    Fault::kServerNotTrusted, Fault::kServerRevoked, Fault::kListOutdated,  Fault::kTerminalRefused,
    Fault::kTerminalRevoked, Fault::kNotSecureEnough, Fault::kWrongService, Fault::kSettings,
    Fault::kLost,           Fault::kStalled,         Fault::kServerBroke,   Fault::kDecoder,
};

std::string_view name_of(Fault fault);

struct Ending {
    Fault fault = Fault::kNone;
    std::optional<EndReason> reason;
    quint32 detail = 0;      // with kNone: seconds that the session is kept (wire::End)
    QString diagnostic;      // English, for logs and support; never shown as the message
};

// The translation of what TLS and the socket report. Pure, so that a test can list it.
Fault fault_of_alert(QSsl::AlertType alert);
Fault fault_of_socket(QAbstractSocket::SocketError error);

}  // namespace sudare::client

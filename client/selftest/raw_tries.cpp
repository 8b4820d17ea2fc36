// SPDX-License-Identifier: Apache-2.0
#include "client/selftest/raw_tries.h"

#include <QNetworkProxy>
#include <QSslSocket>
#include <QThread>

#include "client/core/tls_configuration.h"
#include "protocol/wire/message_type.h"
#include "protocol/wire/messages.h"

namespace sudare::selftest {
namespace {

constexpr int kPatienceMs = 15'000;
// A penalty of the gateway's throttle is over after at most this, and two tries' worth is far less.
constexpr int kControlTries = 45;
constexpr int kBetweenMs = 1'000;

enum class Came { kIn, kRefused, kNowhere, kSilent };
struct Attempt {
    Came came = Came::kNowhere;
    quint16 port = 0;
    QString said;
};

QByteArray hello() {
    std::vector<std::uint8_t> bytes;
    wire::encode(bytes, wire::UpMessage(wire::Hello{}));
    return {reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size())};
}

// With TLS 1.3 a client learns of its refusal only behind its own last message, so what counts is whether
// the server ever says a byte of its protocol.
Attempt attempt(const client::Server& server, const client::Identity& identity, QSsl::SslProtocol version) {
    QSslSocket socket;
    QSslConfiguration tls = client::tls_configuration(identity, wire::kAlpn);
    tls.setProtocol(version);
    socket.setSslConfiguration(tls);
    socket.setProxy(QNetworkProxy::NoProxy);
    socket.connectToHostEncrypted(server.host, server.port);
    if (!socket.waitForConnected(kPatienceMs))
        return {Came::kNowhere, 0, socket.errorString()};
    Attempt out{Came::kRefused, socket.localPort(), {}};
    if (socket.waitForEncrypted(kPatienceMs)) {
        socket.write(hello());
        if (socket.waitForReadyRead(kPatienceMs))
            out.came = Came::kIn;
        else if (socket.state() == QAbstractSocket::ConnectedState)
            out.came = Came::kSilent;
    }
    out.said = out.came == Came::kIn ? QStringLiteral("the gateway answered") : socket.errorString();
    return out;
}

Outcome outcome_of(std::string_view name, const Attempt& made) {
    Outcome out;
    out.name = name;
    if (made.port != 0)
        out.port = made.port;
    switch (made.came) {
        case Came::kIn:
            return out.is(self_test::kHappened, made.said);
        case Came::kRefused:
            return out.is(self_test::kRefused, made.said);
        case Came::kSilent:
        case Came::kNowhere:
            break;
    }
    return out.is(self_test::kUnclear, made.said);
}

Outcome tried(std::string_view name, const Options& options, const client::IdentityPaths& paths,
              QSsl::SslProtocol version) {
    Outcome out;
    out.name = name;
    const auto identity = client::load_identity(paths);
    if (!identity)
        return out.is(self_test::kUnclear, QString::fromStdString(identity.error().message));
    return outcome_of(name, attempt(options.terminal.server, *identity, version));
}

}  // namespace

Outcome raw_control(const Options& options) {
    Outcome last;
    for (int i = 0; i < kControlTries; ++i) {
        last = tried({}, options, options.terminal.identity, QSsl::TlsV1_3OrLater);
        if (last.result == self_test::kHappened)
            return last;
        QThread::msleep(kBetweenMs);
    }
    return last;
}

Outcome try_tls_1_2(const Options& options) {
    return tried("tls_1_2", options, options.terminal.identity, QSsl::TlsV1_2);
}

Outcome try_revoked_certificate(const Options& options) {
    return tried("revoked_certificate", options, options.revoked, QSsl::TlsV1_3OrLater);
}

}  // namespace sudare::selftest

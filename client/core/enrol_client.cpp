// SPDX-License-Identifier: Apache-2.0
#include "client/core/enrol_client.h"

#include <QNetworkProxy>
#include <QPointer>

#include "client/core/gateway_certificate.h"
#include "client/core/tls_configuration.h"

namespace sudare::client {

EnrolClient::EnrolClient(QObject* parent) : QObject(parent) {
    deadline_.setSingleShot(true);
    connect(&socket_, &QSslSocket::sslErrors, this, &EnrolClient::on_ssl_errors);
    connect(&socket_, &QSslSocket::encrypted, this, &EnrolClient::on_encrypted);
    connect(&socket_, &QSslSocket::readyRead, this, &EnrolClient::on_ready_read);
    connect(&socket_, &QSslSocket::errorOccurred, this,
            [this](QAbstractSocket::SocketError error) {
                if (alive_ && socket_.bytesAvailable() > 0)
                    on_ready_read();
                finish({welcomed_ ? Fault::kLost : fault_of_socket(error), {}, 0,
                        socket_.errorString()});
            });
    connect(&deadline_, &QTimer::timeout, this,
            [this] { finish({Fault::kTimeout, {}, 0, QStringLiteral("no answer")}); });
}

EnrolClient::~EnrolClient() {
    socket_.disconnect(this);
}

void EnrolClient::start(const Server& server, const Identity& identity) {
    server_ = server;
    identity_ = identity;
    alive_ = true;
    socket_.setSslConfiguration(tls_configuration(identity, enrol::kAlpn));
    socket_.setProxy(QNetworkProxy::NoProxy);
    deadline_.start(limits::kHandshakeDeadline);
    socket_.connectToHostEncrypted(server.host, server.port);
}

// As in Connection: the name of a gateway is judged in on_encrypted.
void EnrolClient::on_ssl_errors(const QList<QSslError>& errors) {
    for (const QSslError& error : errors)
        if (error.error() != QSslError::HostNameMismatch)
            return finish({Fault::kServerNotTrusted, {}, 0, error.errorString()});
    socket_.ignoreSslErrors(errors);
}

void EnrolClient::on_encrypted() {
    const CertificateJudgement judgement =
        judge_gateway(socket_.peerCertificateChain(), identity_, server_.host);
    if (judgement.fault != Fault::kNone)
        return finish({judgement.fault, {}, 0, judgement.diagnostic});
    if (socket_.sslConfiguration().nextNegotiatedProtocol() != QByteArray(enrol::kAlpn))
        return finish({Fault::kWrongService, {}, 0, QStringLiteral("no sudare-enrol/1 there")});
    enrol::UpMessage hello(enrol::Hello{});
    request(hello);
}

void EnrolClient::request(enrol::UpMessage& message) {
    if (!alive_ || waiting_)
        return enrol::wipe(message);
    std::vector<std::uint8_t> bytes = enrol::frame_of(message);
    socket_.write(reinterpret_cast<const char*>(bytes.data()), static_cast<qint64>(bytes.size()));
    std::fill(bytes.begin(), bytes.end(), std::uint8_t{0});
    enrol::wipe(message);
    waiting_ = true;
    deadline_.start(kAnswerDeadline);
}

void EnrolClient::on_ready_read() {
    const QPointer<EnrolClient> self(this);
    const QByteArray bytes = socket_.readAll();
    frames_.append({reinterpret_cast<const std::uint8_t*>(bytes.constData()),
                    static_cast<std::size_t>(bytes.size())});
    while (self && alive_) {
        const auto frame = frames_.next();
        if (!frame)
            break;
        const auto message = enrol::parse_down(*frame);
        if (!message)
            return finish({Fault::kServerBroke, EndReason::kMalformed, 0, {}});
        take(*message);
    }
    if (self && alive_ && frames_.failure())
        finish({Fault::kServerBroke, *frames_.failure(), 0, {}});
}

void EnrolClient::take(const enrol::DownMessage& message) {
    if (const auto* end = std::get_if<enrol::End>(&message))
        return finish({Fault::kNone, end->reason, 0, QStringLiteral("End")});
    const auto* welcome = std::get_if<enrol::Welcome>(&message);
    // Each answer has its question; Welcome is the first, and comes once.
    if (!waiting_ || (welcome != nullptr) == welcomed_)
        return finish({Fault::kServerBroke, EndReason::kIllegalState, 0, {}});
    waiting_ = false;
    deadline_.stop();
    if (welcome != nullptr) {
        if (welcome->version != enrol::kVersion)
            return finish({Fault::kWrongService, {}, welcome->version, {}});
        welcomed_ = true;
        Q_EMIT welcomed(*welcome);
    } else if (const auto* result = std::get_if<enrol::Result>(&message)) {
        Q_EMIT answered(*result);
    } else if (const auto* secret = std::get_if<enrol::FactorSecret>(&message)) {
        Q_EMIT secret_told(*secret);
    } else if (const auto* certificate = std::get_if<enrol::Certificate>(&message)) {
        Q_EMIT certified(*certificate);
    }
}

void EnrolClient::close() {
    alive_ = false;
    deadline_.stop();
    socket_.flush();
    socket_.disconnectFromHost();
}

void EnrolClient::finish(const Ending& ending) {
    if (!alive_)
        return;
    alive_ = false;
    deadline_.stop();
    socket_.abort();
    Q_EMIT ended(ending);
}

}  // namespace sudare::client

// SPDX-License-Identifier: Apache-2.0
#include "client/core/connection.h"

#include <QNetworkProxy>
#include <QPointer>
#include <array>
#include <chrono>

#include "client/core/gateway_certificate.h"
#include "client/core/tls_configuration.h"
#include "protocol/core/limits.h"

namespace sudare::client {
namespace {

// Shown in the server's log only: major, minor, patch as bytes.
constexpr std::uint32_t kViewerVersion = 0x000100;
// Enough for two full Updates: what lies further back stays in the kernel and slows the sender.
constexpr qint64 kReadBufferBytes = 2 * static_cast<qint64>(limits::kUpdateMax);

QString join_errors(const QList<QSslError>& errors) {
    QStringList texts;
    for (const QSslError& error : errors)
        texts << error.errorString();
    return texts.join(QStringLiteral("; "));
}

}  // namespace

Connection::Connection(QObject* parent) : QObject(parent) {
    deadline_.setSingleShot(true);
    frame_deadline_.setSingleShot(true);
    connect(&socket_, &QSslSocket::sslErrors, this, &Connection::on_ssl_errors);
    connect(&socket_, &QSslSocket::encrypted, this, &Connection::on_encrypted);
    connect(&socket_, &QSslSocket::readyRead, this, &Connection::on_ready_read);
    connect(&socket_, &QSslSocket::errorOccurred, this, &Connection::on_socket_error);
    connect(&socket_, &QSslSocket::disconnected, this, [this] {
        finish({Fault::kLost, {}, 0, QStringLiteral("the server closed the connection")});
    });
    connect(&socket_, &QSslSocket::alertReceived, this,
            [this](QSsl::AlertLevel, QSsl::AlertType type, const QString&) {
                // close_notify is how every orderly end looks; it accuses nobody.
                if (type != QSsl::AlertType::CloseNotify && alert_ == Fault::kNone)
                    alert_ = fault_of_alert(type);
            });
    connect(&deadline_, &QTimer::timeout, this, [this] {
        finish({welcomed_ ? Fault::kStalled : Fault::kTimeout, {}, 0, QStringLiteral("no answer")});
    });
    connect(&frame_deadline_, &QTimer::timeout, this, [this] {
        finish({Fault::kStalled, EndReason::kStalled, 0, QStringLiteral("half a message")});
    });
}

Connection::~Connection() {
    // The socket's destructor may still emit; nobody is listening any more.
    socket_.disconnect(this);
}

void Connection::start(const Server& server, const Identity& identity, Patience patience) {
    server_ = server;
    identity_ = identity;
    alive_ = true;
    started_.start();
    configure(identity);
    connect(&socket_, &QSslSocket::connected, this, [this, patience] {
        taken_.connect = std::chrono::milliseconds(started_.elapsed());
        deadline_.start(patience.welcome);
    });
    deadline_.start(patience.connect);
    socket_.connectToHostEncrypted(server.host, server.port);
}

void Connection::configure(const Identity& identity) {
    socket_.setSslConfiguration(tls_configuration(identity, wire::kAlpn));
    socket_.setReadBufferSize(kReadBufferBytes);
    socket_.setProxy(QNetworkProxy::NoProxy);  // the gateway stands in the terminal's own zone
    connect(&socket_, &QSslSocket::connected, this,
            [this] { socket_.setSocketOption(QAbstractSocket::LowDelayOption, 1); });
}

// A gateway may be named by role only, so a host name that differs is judged in on_encrypted.
// Every other complaint of Qt is final.
void Connection::on_ssl_errors(const QList<QSslError>& errors) {
    for (const QSslError& error : errors) {
        if (error.error() == QSslError::HostNameMismatch)
            continue;
        finish({Fault::kServerNotTrusted, {}, 0, join_errors(errors)});
        return;
    }
    socket_.ignoreSslErrors(errors);
}

void Connection::on_encrypted() {
    const CertificateJudgement judgement =
        judge_gateway(socket_.peerCertificateChain(), identity_, server_.host);
    if (judgement.fault != Fault::kNone)
        return finish({judgement.fault, {}, 0, judgement.diagnostic});
    // A server without ALPN gives no error, only an empty name.
    if (socket_.sslConfiguration().nextNegotiatedProtocol() != QByteArray(wire::kAlpn))
        return finish({Fault::kWrongService, {}, 0, QStringLiteral("no sudare/1 there")});
    send(wire::Hello{wire::kVersion, kViewerVersion});
}

bool Connection::send(const wire::UpMessage& message) {
    if (!alive_ || machine_.judge(wire::type_of(message)))
        return false;
    std::vector<std::uint8_t> bytes;
    if (!wire::encode(bytes, message))
        return false;
    socket_.write(reinterpret_cast<const char*>(bytes.data()), static_cast<qint64>(bytes.size()));
    bytes_sent_ += bytes.size();
    machine_.follow(message);
    if (std::holds_alternative<wire::Login>(message))
        std::fill(bytes.begin(), bytes.end(), std::uint8_t{0});
    if (socket_.bytesToWrite() + socket_.encryptedBytesToWrite() > kUnsentMax) {
        finish({Fault::kStalled, {}, 0, QStringLiteral("the server has stopped reading")});
        return false;
    }
    return true;
}

void Connection::set_silence_limit(std::chrono::milliseconds limit) {
    if (alive_ && welcomed_)
        deadline_.start(limit);
}

void Connection::send_raw(const QByteArray& bytes) {
    if (alive_)
        socket_.write(bytes);
}

void Connection::close() {
    alive_ = false;
    deadline_.stop();
    frame_deadline_.stop();
    socket_.flush();  // what was sent goes out, EndRequest above all
    socket_.disconnectFromHost();
}

void Connection::on_ready_read() {
    const QPointer<Connection> self(this);
    std::array<char, 64 * 1024> piece;
    while (self && alive_) {
        const qint64 count = socket_.read(piece.data(), piece.size());
        if (count <= 0)
            break;
        bytes_received_ += static_cast<quint64>(count);
        frames_.append({reinterpret_cast<const std::uint8_t*>(piece.data()),
                        static_cast<std::size_t>(count)});
        take_frames();
    }
    if (!self || !alive_)
        return;
    if (welcomed_)
        deadline_.start();
    if (!frames_.partial())
        frame_deadline_.stop();
    else if (!frame_deadline_.isActive())
        frame_deadline_.start(limits::kFrameDeadline);
}

void Connection::take_frames() {
    const QPointer<Connection> self(this);
    while (alive_) {
        const auto frame = frames_.next();
        if (!frame)
            break;
        frame_deadline_.stop();  // this one came whole; a following half starts its own deadline
        const auto type = static_cast<wire::MessageType>(frame->type);
        if (const auto illegal = machine_.judge(type))
            return refuse(*illegal, "a message out of place");
        const auto message = wire::parse_down(*frame);
        if (!message)
            return refuse(message.error(), "a message that cannot be read");
        machine_.follow(*message);
        take(*message);
        if (!self)
            return;  // a listener deleted this connection
    }
    if (alive_ && frames_.failure())
        refuse(*frames_.failure(), "a frame that cannot be");
}

void Connection::take(const wire::DownMessage& message) {
    if (const auto* ping = std::get_if<wire::Ping>(&message)) {
        send(wire::Pong{ping->nonce});
    } else if (const auto* welcome = std::get_if<wire::Welcome>(&message)) {
        if (welcome->version != wire::kVersion)
            return finish({Fault::kWrongService, {}, welcome->version,
                           QStringLiteral("another protocol version")});
        welcomed_ = true;
        taken_.welcome = std::chrono::milliseconds(started_.elapsed());
        // The server pings when it has nothing else to say, so silence for this long means that
        // the line is dead even if TCP has not noticed.
        const std::chrono::milliseconds three_pings{3 * qint64{welcome->ping_interval_ms}};
        deadline_.start(std::max<std::chrono::milliseconds>(three_pings, limits::kPingDeadline));
        Q_EMIT welcomed(*welcome);
    } else if (const auto* end = std::get_if<wire::End>(&message)) {
        finish({Fault::kNone, end->reason, end->kept_s, QStringLiteral("End")});
    } else {
        Q_EMIT received(message);
    }
}

void Connection::on_socket_error(QAbstractSocket::SocketError error) {
    // A message that already arrived, an End above all, says more than the broken line.
    if (alive_ && socket_.bytesAvailable() > 0)
        on_ready_read();
    const Fault fault = alert_ != Fault::kNone ? alert_
                        : welcomed_            ? Fault::kLost
                                               : fault_of_socket(error);
    finish({fault, {}, 0, socket_.errorString()});
}

void Connection::refuse(EndReason reason, const char* what) {
    finish({Fault::kServerBroke, reason, 0, QString::fromLatin1(what)});
}

void Connection::finish(Ending ending) {
    if (!alive_)
        return;
    alive_ = false;
    deadline_.stop();
    frame_deadline_.stop();
    socket_.abort();
    Q_EMIT ended(ending);
}

}  // namespace sudare::client

// SPDX-License-Identifier: Apache-2.0
#include "client/selftest/page_server.h"

#include <QCoreApplication>
#include <QFile>
#include <QPointer>
#include <cstdio>

namespace sudare::selftest {
namespace {

using namespace std::chrono_literals;

constexpr auto kPiece = 100ms;        // 1 KiB of the file each
constexpr qint64 kStreamingMs = 4000;  // a browser that refuses it has given it up long before
constexpr qint64 kNeverMs = 8000;
constexpr auto kLook = 50ms;

QByteArray head(const char* status, const char* type, const QByteArray& more = {}) {
    return QByteArray("HTTP/1.1 ") + status + "\r\nContent-Type: " + type +
           "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n" + more + "\r\n";
}

void send(QSslSocket* socket, const char* status, const char* type, const QByteArray& body) {
    socket->write(head(status, type, "Content-Length: " + QByteArray::number(body.size()) + "\r\n") + body);
    socket->disconnectFromHost();
}

Result<QByteArray> content(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(Errc::kNotFound, path.toStdString() + ": " + file.errorString().toStdString());
    return file.readAll();
}

Result<QSslKey> key_from(const QByteArray& pem) {
    for (const auto algorithm : {QSsl::Ec, QSsl::Rsa})
        if (QSslKey key(pem, algorithm); !key.isNull())
            return key;
    return fail(Errc::kBadInput, "--site-key: no EC or RSA key in PEM, without a passphrase");
}

}  // namespace

Result<quint16> PageServer::listen(const ServeOptions& options) {
    SUDARE_TRY(const QByteArray chain, content(options.certificate));
    SUDARE_TRY(const QByteArray key_pem, content(options.key));
    SUDARE_TRY(const QSslKey key, key_from(key_pem));
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setLocalCertificateChain(QSslCertificate::fromData(chain));
    tls.setPrivateKey(key);
    tls.setProtocol(QSsl::TlsV1_2OrLater);
    tls.setPeerVerifyMode(QSslSocket::VerifyNone);
    tls.setAllowedNextProtocols({"http/1.1"});
    if (tls.localCertificateChain().isEmpty())
        return fail(Errc::kBadInput, "--site-cert: no certificate in PEM");
    server_.setSslConfiguration(tls);
    connect(&server_, &QSslServer::pendingConnectionAvailable, this, [this] {
        while (auto* socket = qobject_cast<QSslSocket*>(server_.nextPendingConnection()))
            take(socket);
    });
    if (!server_.listen(QHostAddress(options.address), options.port))
        return fail(Errc::kSystem, "--serve " + options.address.toStdString() + ": " +
                                       server_.errorString().toStdString());
    return server_.serverPort();
}

void PageServer::take(QSslSocket* socket) {
    socket->setReadBufferSize(kHeadMax);
    connect(socket, &QSslSocket::disconnected, socket, &QObject::deleteLater);
    if (connections_ >= kConnectionsMax)
        return socket->abort();
    ++connections_;
    connect(socket, &QObject::destroyed, this, [this] { --connections_; });
    connect(socket, &QSslSocket::readyRead, this, [this, socket] { read(socket); });
    QTimer::singleShot(kDeadline, socket, [socket] { socket->abort(); });
    read(socket);
}

void PageServer::read(QSslSocket* socket) {
    const QByteArray seen = socket->peek(kHeadMax);
    const auto request = read_request(seen);
    if (!request && seen.size() < kHeadMax)
        return;  // more will come
    disconnect(socket, &QSslSocket::readyRead, this, nullptr);
    answer(socket, request.value_or(PageRequest{}));
}

void PageServer::answer(QSslSocket* socket, const PageRequest& request) {
    QElapsedTimer asked;
    asked.start();
    switch (request.what) {
        case PageRequest::What::kPage:
            return send(socket, "200 OK", "text/html; charset=utf-8", probe_page());
        case PageRequest::What::kSlow:
            return stream(socket, request.id);
        case PageRequest::What::kOutcome:
            return tell_outcome(socket, request.id, asked);
        case PageRequest::What::kNothing:
            return send(socket, "404 Not Found", "text/plain", "not here\n");
        case PageRequest::What::kBad:
            return send(socket, "400 Bad Request", "text/plain", "GET only\n");
    }
}

void PageServer::stream(QSslSocket* socket, const QByteArray& id) {
    if (files_.size() >= kFilesMax)
        files_.clear();  // of runs that are long over
    files_[id].since.start();
    connect(socket, &QSslSocket::disconnected, this, [this, id] {
        if (const auto file = files_.find(id); file != files_.end())
            file->second.closed = true;
    });
    socket->write(head("200 OK", "application/octet-stream",
                       "Content-Disposition: attachment; filename=\"selftest.bin\"\r\nContent-Length: 1000000\r\n"));
    auto* clock = new QTimer(socket);
    connect(clock, &QTimer::timeout, socket, [socket] {
        if (socket->bytesToWrite() == 0)
            socket->write(QByteArray(1024, 's'));
    });
    clock->start(kPiece);
}

void PageServer::tell_outcome(QSslSocket* socket, const QByteArray& id, const QElapsedTimer& asked) {
    const auto file = files_.find(id);
    const bool there = file != files_.end();
    if (there && file->second.closed)
        return send(socket, "200 OK", "text/plain", "closed");
    if (there && file->second.since.elapsed() >= kStreamingMs)
        return send(socket, "200 OK", "text/plain", "streaming");
    if (!there && asked.elapsed() >= kNeverMs)
        return send(socket, "200 OK", "text/plain", "never");
    QTimer::singleShot(kLook, socket, [this, socket, id, asked] { tell_outcome(socket, id, asked); });
}

int serve_page(const ServeOptions& options) {
    PageServer server;
    const auto port = server.listen(options);
    if (!port) {
        std::fprintf(stderr, "sudare-selftest: %s\n", port.error().message.c_str());
        return 1;
    }
    std::printf("READY https://%s:%u/\n", qPrintable(options.address), unsigned{*port});
    std::fflush(stdout);
    return QCoreApplication::exec();
}

}  // namespace sudare::selftest

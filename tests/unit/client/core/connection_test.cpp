// SPDX-License-Identifier: Apache-2.0
// Connection against TLS servers of every kind: what the viewer must tell apart before a password
// is typed. Refusals of the terminal's certificate by the real server: tests/integration/gateway.
#include "client/core/connection.h"

#include <gtest/gtest.h>

#include <QCoreApplication>
#include <QEventLoop>
#include <QProcess>
#include <QSslConfiguration>
#include <QSslServer>
#include <QTcpServer>
#include <QTemporaryDir>

namespace sudare::client {
namespace {

// One private CA for all tests of this program; making it takes a second.
const QTemporaryDir& pki() {
    static const QTemporaryDir directory;
    static const bool made = [] {
        QProcess script;
        script.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        script.start(QStringLiteral("/bin/sh"),
                     {QStringLiteral(SUDARE_MAKE_PKI), directory.path()});
        return script.waitForFinished(-1) && script.exitCode() == 0;
    }();
    EXPECT_TRUE(made);
    return directory;
}

QString in_pki(const char* name) { return pki().filePath(QString::fromLatin1(name)); }

QByteArray bytes_of(const wire::DownMessage& message) {
    std::vector<std::uint8_t> bytes;
    EXPECT_TRUE(wire::encode(bytes, message));
    return {reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size())};
}

struct ServerKind {
    QByteArray certificate = "gateway";
    QSsl::SslProtocol protocol = QSsl::TlsV1_3OrLater;
    bool alpn = true;
};

class ConnectionTest : public testing::Test {
   protected:
    void listen(const ServerKind& kind) {
        auto identity = load_identity({in_pki(kind.certificate + ".pem"),
                                       in_pki(kind.certificate + ".key"), in_pki("ca.pem"), {}});
        ASSERT_TRUE(identity) << identity.error().message;
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setLocalCertificateChain(identity->chain);
        configuration.setPrivateKey(identity->key);
        configuration.setCaCertificates(identity->authorities);
        configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
        configuration.setProtocol(kind.protocol);
        if (kind.alpn)
            configuration.setAllowedNextProtocols({QByteArray(wire::kAlpn)});
        server_.setSslConfiguration(configuration);
        ASSERT_TRUE(server_.listen(QHostAddress::LocalHost));
        QObject::connect(&server_, &QSslServer::pendingConnectionAvailable, &server_, [this] {
            peer_ = server_.nextPendingConnection();
            QObject::connect(peer_, &QTcpSocket::readyRead, peer_, [this] {
                heard_ += peer_->readAll();
                if (!answer_.isEmpty())
                    peer_->write(std::exchange(answer_, {}));
            });
        });
    }
    void connect_as(const char* terminal = "terminal", const char* crl = "crl.pem",
                    const char* host = "127.0.0.1", quint16 port = 0) {
        const auto identity = load_identity(
            {in_pki((QByteArray(terminal) + ".pem").constData()),
             in_pki((QByteArray(terminal) + ".key").constData()), in_pki("ca.pem"), in_pki(crl)});
        ASSERT_TRUE(identity) << identity.error().message;
        QObject::connect(&connection_, &Connection::welcomed, &connection_,
                         [this](const wire::Welcome&) { welcomed_ = true; });
        QObject::connect(&connection_, &Connection::received, &connection_,
                         [this](const wire::DownMessage& one) { received_.push_back(one); });
        QObject::connect(&connection_, &Connection::ended, &connection_,
                         [this](const Ending& one) { ending_ = one; });
        connection_.start({QString::fromLatin1(host), port != 0 ? port : server_.serverPort()},
                          *identity);
        run_until([&] { return welcomed_; });
    }
    template <typename Condition>
    void run_until(Condition&& condition) {
        while (!condition() && !ending_)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    void expect_ended(Fault fault) {
        run_until([] { return false; });
        EXPECT_EQ(name_of(ending_->fault), name_of(fault)) << ending_->diagnostic.toStdString();
    }

    QSslServer server_;
    QTcpSocket* peer_ = nullptr;
    QByteArray heard_;
    QByteArray answer_ = bytes_of(wire::Welcome{});
    Connection connection_;
    bool welcomed_ = false;
    std::vector<wire::DownMessage> received_;
    std::optional<Ending> ending_;
};

TEST_F(ConnectionTest, AGatewayOfOurAuthorityIsGreeted) {  // the control of all that follow
    listen({});
    connect_as();
    ASSERT_FALSE(ending_) << ending_->diagnostic.toStdString();
    EXPECT_TRUE(welcomed_);
    EXPECT_EQ(heard_.size(), 12) << "one Hello";
    EXPECT_EQ(connection_.state(), wire::State::kGreeted);
}

TEST_F(ConnectionTest, AServerNamedByItsHostIsGreeted) {
    listen({"named"});
    connect_as();
    EXPECT_TRUE(welcomed_);
}

TEST_F(ConnectionTest, ServersThatAreNotTrusted) {
    struct Case {
        const char* certificate;
        const char* crl;
        Fault fault;
    };
    for (const Case& c : {Case{"stranger", "crl.pem", Fault::kServerNotTrusted},
                          Case{"expired", "crl.pem", Fault::kServerNotTrusted},
                          Case{"elsewhere", "crl.pem", Fault::kServerNotTrusted},
                          Case{"posing", "crl.pem", Fault::kServerNotTrusted},
                          Case{"revoked-gateway", "crl.pem", Fault::kServerRevoked},
                          Case{"gateway", "crl-old.pem", Fault::kListOutdated}}) {
        SCOPED_TRACE(c.certificate);
        Connection connection;
        server_.close();
        listen({c.certificate});
        std::optional<Ending> ending;
        const auto identity = load_identity({in_pki("terminal.pem"), in_pki("terminal.key"),
                                             in_pki("ca.pem"), in_pki(c.crl)});
        ASSERT_TRUE(identity);
        QObject::connect(&connection, &Connection::ended, &connection,
                         [&](const Ending& one) { ending = one; });
        connection.start({QStringLiteral("127.0.0.1"), server_.serverPort()}, *identity);
        while (!ending)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        EXPECT_EQ(name_of(ending->fault), name_of(c.fault)) << ending->diagnostic.toStdString();
        EXPECT_TRUE(heard_.isEmpty()) << "something was sent to a server that is not trusted";
    }
}

TEST_F(ConnectionTest, OldTlsIsRefused) {
    listen({"gateway", QSsl::TlsV1_2});
    connect_as();
    expect_ended(Fault::kNotSecureEnough);
}

TEST_F(ConnectionTest, AServerWithoutOurProtocolIsRefused) {
    listen({"gateway", QSsl::TlsV1_3OrLater, false});
    connect_as();
    expect_ended(Fault::kWrongService);
    EXPECT_TRUE(heard_.isEmpty());
}

TEST_F(ConnectionTest, NobodyThere) {
    listen({});
    const quint16 port = server_.serverPort();
    server_.close();
    connect_as("terminal", "crl.pem", "127.0.0.1", port);
    expect_ended(Fault::kUnreachable);
}

TEST_F(ConnectionTest, NoTlsThere) {
    QTcpServer plain;
    ASSERT_TRUE(plain.listen(QHostAddress::LocalHost));
    QObject::connect(&plain, &QTcpServer::newConnection, &plain, [&] {
        plain.nextPendingConnection()->write("SSH-2.0-OpenSSH_9.2p1\r\n");
    });
    connect_as("terminal", "crl.pem", "127.0.0.1", plain.serverPort());
    expect_ended(Fault::kNotSecureEnough);
}

TEST_F(ConnectionTest, AMessageOutOfPlaceEndsIt) {
    listen({});
    answer_ += bytes_of(wire::CursorShape{});  // legal only in a running session
    connect_as();
    expect_ended(Fault::kServerBroke);
    EXPECT_EQ(ending_->reason, EndReason::kIllegalState);
    EXPECT_TRUE(received_.empty());
}

TEST_F(ConnectionTest, GarbageEndsIt) {
    listen({});
    answer_ += QByteArray(64, '\xEE');
    connect_as();
    expect_ended(Fault::kServerBroke);
    EXPECT_EQ(ending_->reason, EndReason::kUnknownType);
}

TEST_F(ConnectionTest, TheServersOwnEndIsBelievedOverTheBrokenLine) {
    listen({});
    answer_ += bytes_of(wire::End{EndReason::kServerStopping, 3});
    connect_as();
    expect_ended(Fault::kNone);
    EXPECT_EQ(ending_->reason, EndReason::kServerStopping);
    EXPECT_EQ(ending_->detail, 3u);
}

TEST_F(ConnectionTest, ALineThatBreaksIsLost) {
    listen({});
    connect_as();
    ASSERT_TRUE(welcomed_);
    peer_->abort();
    expect_ended(Fault::kLost);
}

TEST_F(ConnectionTest, WhatIsNotLegalNowIsNotSent) {
    listen({});
    connect_as();
    ASSERT_TRUE(welcomed_);
    EXPECT_FALSE(connection_.send(wire::Key{30, true}));
    EXPECT_TRUE(connection_.alive());
}

}  // namespace
}  // namespace sudare::client

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}

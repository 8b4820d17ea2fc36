// SPDX-License-Identifier: Apache-2.0
#include "client/core/settings.h"

#include <QFile>

#include "client/core/terminal_key.h"
#include "client/platform/certificate_store.h"

namespace sudare::client {
namespace {

// A certificate file or a revocation list of a private CA; anything larger is the wrong file.
constexpr qint64 kFileBytesMax = 16 << 20;

Result<QByteArray> read_file(const QString& path, const char* what) {
    QFile file(path);
    if (path.isEmpty() || !file.open(QIODevice::ReadOnly))
        return fail(Errc::kNotFound, std::string(what) + ": cannot read \"" + path.toStdString() +
                                         "\": " + file.errorString().toStdString());
    if (file.size() > kFileBytesMax)
        return fail(Errc::kLimit, std::string(what) + ": file too large: " + path.toStdString());
    return file.readAll();
}

Result<QList<QSslCertificate>> read_certificates(const QString& path, const char* what) {
    SUDARE_TRY(const QByteArray pem, read_file(path, what));
    auto list = QSslCertificate::fromData(pem, QSsl::Pem);
    if (list.isEmpty())
        return fail(Errc::kBadInput,
                    std::string(what) + ": no certificate in " + path.toStdString());
    return list;
}

Result<QSslKey> read_key(const QString& path) {
    SUDARE_TRY(QByteArray pem, read_file(path, "key"));
    QSslKey key;
    for (const auto algorithm : {QSsl::Ec, QSsl::Rsa})
        if (key.isNull())
            key = QSslKey(pem, algorithm);
    pem.fill('\0');
    if (key.isNull())
        return fail(Errc::kBadInput, "key: no EC or RSA private key in " + path.toStdString());
    return key;
}

}  // namespace

Result<Server> parse_server(const QString& text) {
    const QString trimmed = text.trimmed();
    Server server;
    QString port;
    if (trimmed.startsWith(u'[')) {
        const qsizetype close = trimmed.indexOf(u']');
        server.host = trimmed.mid(1, close - 1);
        const QString tail = close < 0 ? QString() : trimmed.mid(close + 1);
        if (close < 2 || (!tail.isEmpty() && !tail.startsWith(u':')))
            return fail(Errc::kBadInput, "server: expected [address]:port");
        port = tail.mid(1);
        if (!tail.isEmpty() && port.isEmpty())
            return fail(Errc::kBadInput, "server: no port after the colon");
    } else {
        const qsizetype colon = trimmed.indexOf(u':');
        server.host = trimmed.left(colon);  // left(-1) is the whole text
        if (colon >= 0)
            port = trimmed.mid(colon + 1);
        if (colon >= 0 && port.isEmpty())
            return fail(Errc::kBadInput, "server: no port after the colon");
    }
    if (server.host.isEmpty())
        return fail(Errc::kBadInput, "server: no name");
    if (!port.isEmpty()) {
        bool number = false;
        server.port = port.toUShort(&number);
        if (!number || server.port == 0)
            return fail(Errc::kBadInput, "server: the port must be 1 to 65535");
    }
    return server;
}

Result<Identity> load_identity(const IdentityPaths& paths) {
    Identity identity;
    // "store:NAME" instead of a file: the system's own store of certificates, where it has one.
    const QString store = QStringLiteral("store:");
    if (paths.certificate.startsWith(store)) {
        auto stored = platform::identity_from_store(paths.certificate.mid(store.size()));
        if (!stored)
            return fail(Errc::kNotFound, "certificate: \"" + paths.certificate.toStdString() +
                                             "\" is not in this system's store; name a PEM file");
        identity.chain = std::move(stored->chain);
        identity.key = std::move(stored->key);
    } else {
        SUDARE_TRY(identity.chain, read_certificates(paths.certificate, "certificate"));
        SUDARE_TRY(identity.key, read_key(paths.key));
        // A renewal that was cut between its two files (certificate_renewal.h).
        const QString next = paths.key + QStringLiteral(".next");
        if (QFile::exists(next) && !key_fits(identity.chain.first(), identity.key.toPem())) {
            SUDARE_TRY(QSslKey other, read_key(next));
            if (key_fits(identity.chain.first(), other.toPem()))
                identity.key = std::move(other);
        }
    }
    SUDARE_TRY(identity.authorities, read_certificates(paths.ca, "CA"));
    if (!paths.crl.isEmpty()) {
        SUDARE_TRY(identity.crl_pem, read_file(paths.crl, "revocation list"));
        if (!identity.crl_pem.contains("-----BEGIN X509 CRL-----"))
            return fail(Errc::kBadInput,
                        "revocation list: no list in " + paths.crl.toStdString());
    }
    return identity;
}

}  // namespace sudare::client

// SPDX-License-Identifier: Apache-2.0
#include "client/core/certificate_renewal.h"

#include <QDateTime>
#include <QFile>
#include <QSaveFile>
#include <filesystem>

#include "client/core/gateway_certificate.h"
#include "client/core/terminal_key.h"

namespace sudare::client {
namespace {

const QString kNext = QStringLiteral(".next");
const QString kStore = QStringLiteral("store:");

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

IdentityPaths next_of(IdentityPaths paths) {
    paths.certificate += kNext;
    paths.key += kNext;
    return paths;
}

bool replace(const QString& from, const QString& to) {
    std::error_code error;
    std::filesystem::rename(from.toStdU16String(), to.toStdU16String(), error);
    return !error;
}

bool fits(const QString& certificate, const QString& key) {
    const auto chain = QSslCertificate::fromData(contents(certificate), QSsl::Pem);
    QByteArray pem = contents(key);
    const bool good = !chain.isEmpty() && key_fits(chain.first(), pem);
    wipe_bytes(pem);
    return good;
}

// Certificate first; a viewer that ended between the two finds its key under the other name
// (load_identity), and the next start does the rest.
bool promote(const IdentityPaths& paths) {
    const IdentityPaths next = next_of(paths);
    return replace(next.certificate, paths.certificate) && replace(next.key, paths.key);
}

bool is_due(const QSslCertificate& certificate) {
    const qint64 life = certificate.effectiveDate().secsTo(certificate.expiryDate());
    return QDateTime::currentDateTimeUtc().secsTo(certificate.expiryDate()) < life / 3;
}

}  // namespace

qint64 certificate_end(const IdentityPaths& paths) {
    const auto chain = QSslCertificate::fromData(contents(paths.certificate), QSsl::Pem);
    return chain.isEmpty() ? 0 : chain.first().expiryDate().toSecsSinceEpoch();
}

CertificateRenewal::CertificateRenewal(QObject* parent) : QObject(parent) {}

void CertificateRenewal::start(const Server& server, const IdentityPaths& paths) {
    server_ = server;
    paths_ = paths;
    if (paths.certificate.isEmpty() || paths.key.isEmpty() || paths.certificate.startsWith(kStore))
        return finish(Outcome::kNothing);
    lock_ = std::make_unique<QLockFile>(paths.certificate + QStringLiteral(".lock"));
    const IdentityPaths next = next_of(paths);
    auto present = load_identity(paths);
    if (!present || present->chain.isEmpty())
        return finish(Outcome::kNothing);
    present_ = std::move(*present);
    if (!QFile::exists(next.key) && !is_due(present_.chain.first()))
        return finish(Outcome::kNothing);
    // Where nothing can be written, an administrator renews (docs/operations.md).
    if (!lock_->tryLock(0))
        return finish(Outcome::kNothing);
    if (!fits(paths.certificate, paths.key) && fits(paths.certificate, next.key) &&
        !replace(next.key, paths.key))
        return finish(Outcome::kFailed, QStringLiteral("the new key cannot be put in place"));
    begin();
}

void CertificateRenewal::begin() {
    const IdentityPaths next = next_of(paths_);
    if (!QFile::exists(next.key))
        return is_due(present_.chain.first()) ? ask() : finish(Outcome::kNothing);
    if (fits(next.certificate, next.key))
        return try_next();
    connect_as(present_, Step::kFetching);
}

void CertificateRenewal::ask() {
    const IdentityPaths next = next_of(paths_);
    const QString uri = role_of(present_.chain.first());
    const QString prefix = QStringLiteral("sudare:terminal:");
    QFile::remove(next.key);
    QFile::remove(next.certificate);
    auto made = uri.startsWith(prefix) ? make_key_request(uri.mid(prefix.size()))
                                       : Result<KeyRequest>(fail(Errc::kBadInput, "no terminal"));
    if (!made)
        return finish(Outcome::kFailed, QString::fromStdString(made.error().message));
    auto request = sign_with_present_key(made->request, present_.chain.first(), present_.key);
    const auto written = request ? write_private_file(next.key, made->key)
                                 : Result<void>(tl::unexpected(request.error()));
    wipe_bytes(made->key);
    if (!written)
        return finish(Outcome::kFailed, QString::fromStdString(written.error().message));
    request_.assign(request->begin(), request->end());
    connect_as(present_, Step::kAsking);
}

void CertificateRenewal::try_next() {
    const auto next = load_identity(next_of(paths_));
    if (!next)
        return finish(Outcome::kFailed, QString::fromStdString(next.error().message));
    connect_as(*next, Step::kTrying);
}

void CertificateRenewal::connect_as(const Identity& identity, Step step) {
    step_ = step;
    if (client_) {  // it may be calling
        client_->disconnect(this);
        client_->close();
        client_.release()->deleteLater();
    }
    client_ = std::make_unique<EnrolClient>();
    connect(client_.get(), &EnrolClient::welcomed, this, &CertificateRenewal::on_welcomed);
    connect(client_.get(), &EnrolClient::answered, this, &CertificateRenewal::on_answered);
    connect(client_.get(), &EnrolClient::certified, this, &CertificateRenewal::on_certificate);
    connect(client_.get(), &EnrolClient::secret_told, this,
            [this] { finish(Outcome::kFailed, QStringLiteral("an answer to nothing")); });
    connect(client_.get(), &EnrolClient::ended, this, [this](const Ending& ending) {
        // A certificate that is not accepted is not taken; the present one still stands.
        if (step_ == Step::kTrying)
            return connect_as(present_, Step::kFetching);
        finish(Outcome::kFailed, ending.diagnostic);
    });
    client_->start(server_, identity);
}

void CertificateRenewal::on_welcomed() {
    if (step_ == Step::kTrying)  // gateway, link and broker have accepted it
        return promote(paths_)
                   ? finish(Outcome::kRenewed)
                   : finish(Outcome::kFailed, QStringLiteral("cannot replace the files"));
    enrol::UpMessage message = step_ == Step::kAsking
                                   ? enrol::UpMessage(enrol::AskRenewal{std::move(request_)})
                                   : enrol::UpMessage(enrol::FetchCertificate{});
    client_->request(message);
}

void CertificateRenewal::on_answered(const enrol::Result& result) {
    const bool asking = step_ == Step::kAsking;
    if (asking && result.verdict == enrol::Verdict::kDone)
        return finish(Outcome::kAsked);
    if (!asking && result.verdict == enrol::Verdict::kNotYet)
        return finish(Outcome::kWaiting);
    // The server knows of no request with this certificate: it is asked anew, with another key.
    if (!asking && result.verdict == enrol::Verdict::kNothing)
        return is_due(present_.chain.first()) ? ask() : finish(Outcome::kNothing);
    if (asking)
        QFile::remove(next_of(paths_).key);
    finish(Outcome::kFailed, QStringLiteral("the server did not take the request"));
}

void CertificateRenewal::on_certificate(const enrol::Certificate& message) {
    const QByteArray der(reinterpret_cast<const char*>(message.der.data()),
                         static_cast<qsizetype>(message.der.size()));
    const QSslCertificate certificate(der, QSsl::Der);
    const IdentityPaths next = next_of(paths_);
    QByteArray key = contents(next.key);
    const bool ours = !certificate.isNull() && key_fits(certificate, key);
    wipe_bytes(key);
    if (step_ != Step::kFetching || !ours || !is_successor(certificate, present_)) {
        // Signed for a key that is gone, or for somebody else: the next start asks anew.
        QFile::remove(next.key);
        return finish(Outcome::kFailed, QStringLiteral("the certificate is not the one asked for"));
    }
    // Intermediate certificates stay those of the present chain.
    QByteArray pem = certificate.toPem();
    for (const QSslCertificate& link : present_.chain.mid(1))
        pem += link.toPem();
    QSaveFile file(next.certificate);
    if (!file.open(QIODevice::WriteOnly) || file.write(pem) != pem.size() || !file.commit())
        return finish(Outcome::kFailed, file.errorString());
    try_next();
}

void CertificateRenewal::finish(Outcome outcome, const QString& diagnostic) {
    if (client_) {
        client_->disconnect(this);
        client_->close();
        client_.release()->deleteLater();
    }
    lock_.reset();
    Q_EMIT finished(outcome, diagnostic);
}

}  // namespace sudare::client

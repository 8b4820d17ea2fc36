// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLockFile>
#include <QObject>
#include <memory>

#include "client/core/enrol_client.h"
#include "client/core/settings.h"

namespace sudare::client {

// Renews the terminal's certificate by sudare-enrol/1, on connections of its own and in no session:
// in the last third of its life a new key is made and its request sent; once an administrator has
// signed it, a later start fetches the certificate, and takes it in place of the present one when a
// gateway has accepted it. Beside the certificate's and the key's file FILE there is FILE.next
// meanwhile. Nothing is done where these cannot be written, or the certificate comes from the
// system's store. Used once. Threads: the one that made it.
class CertificateRenewal : public QObject {
    Q_OBJECT
public:
    enum class Outcome {
        kNothing,  // not due, or not to be done here
        kAsked,
        kWaiting,  // asked before, and not signed yet
        kRenewed,
        kFailed,  // the present certificate is as it was; the next start tries again
    };
    explicit CertificateRenewal(QObject* parent = nullptr);

    // Answers with finished(), perhaps before it returns.
    void start(const Server& server, const IdentityPaths& paths);

Q_SIGNALS:
    void finished(sudare::client::CertificateRenewal::Outcome outcome, const QString& diagnostic);

private:
    enum class Step { kAsking, kFetching, kTrying };

    void begin();
    void ask();
    void try_next();
    void connect_as(const Identity& identity, Step step);
    void on_welcomed();
    void on_answered(const enrol::Result& result);
    void on_certificate(const enrol::Certificate& certificate);
    void finish(Outcome outcome, const QString& diagnostic = {});

    Server server_;
    IdentityPaths paths_;
    Identity present_;
    std::unique_ptr<QLockFile> lock_;  // two viewers of one person
    std::unique_ptr<EnrolClient> client_;
    std::vector<std::uint8_t> request_;
    Step step_ = Step::kFetching;
};

// Seconds since 1970 at which the first certificate of a PEM file ends; 0: there is none to read.
qint64 certificate_end(const IdentityPaths& paths);

}  // namespace sudare::client

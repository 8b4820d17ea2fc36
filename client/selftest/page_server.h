// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QSslServer>
#include <QSslSocket>
#include <QTimer>
#include <map>

#include "client/selftest/options.h"
#include "client/selftest/page.h"

// The small HTTPS server of the probe page, in the Internet zone:
//   /            the page
//   /slow?ID     a file to be saved that comes slowly and never ends by itself
//   /outcome?ID  "closed": the browser gave that file up; "streaming": it is still taking it after a while;
//                "never": it did not ask for it
// Anybody may ask it, so it believes nothing: requests of at most kHeadMax bytes, kConnectionsMax at once,
// each for kDeadline at most, and kFilesMax files.
namespace sudare::selftest {

class PageServer : public QObject {
    Q_OBJECT
   public:
    static constexpr qsizetype kHeadMax = 8192;
    static constexpr int kConnectionsMax = 32;
    static constexpr std::size_t kFilesMax = 64;
    static constexpr std::chrono::seconds kDeadline{30};

    explicit PageServer(QObject* parent = nullptr) : QObject(parent) {}
    // kNotFound: a file; kSystem: why it cannot listen.
    Result<quint16> listen(const ServeOptions& options);

   private:
    struct File {
        QElapsedTimer since;
        bool closed = false;
    };
    void take(QSslSocket* socket);
    void read(QSslSocket* socket);
    void answer(QSslSocket* socket, const PageRequest& request);
    void stream(QSslSocket* socket, const QByteArray& id);
    void tell_outcome(QSslSocket* socket, const QByteArray& id, const QElapsedTimer& asked);

    QSslServer server_;
    int connections_ = 0;
    std::map<QByteArray, File> files_;
};

// Serves until the process is ended. Prints "READY https://ADDRESS:PORT/". The exit code.
int serve_page(const ServeOptions& options);

}  // namespace sudare::selftest

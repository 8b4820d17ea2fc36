// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QSslSocket>
#include <QTimer>
#include <chrono>

#include "client/core/ending.h"
#include "client/core/settings.h"
#include "protocol/core/frame.h"
#include "protocol/enrol/messages.h"

namespace sudare::client {

// sudare-enrol/1 with a gateway: change of password, second factor, renewal of the certificate. A connection of
// its own, never one with a session. Used once; one request at a time. Threads: the one that made it.
class EnrolClient : public QObject {
    Q_OBJECT
   public:
    // How long an answer may take: the server looks at passwords two at a time.
    static constexpr std::chrono::seconds kAnswerDeadline{60};

    explicit EnrolClient(QObject* parent = nullptr);
    ~EnrolClient() override;

    // Answers with welcomed() or ended().
    void start(const Server& server, const Identity& identity);
    // Sends a request and overwrites its secrets. Answers with answered(), secret_told(), certified() or ended().
    void request(enrol::UpMessage& message);
    // From this side. No signal follows.
    void close();

   Q_SIGNALS:
    void welcomed(const sudare::enrol::Welcome& welcome);
    void answered(const sudare::enrol::Result& result);
    void certified(const sudare::enrol::Certificate& certificate);
    void secret_told(const sudare::enrol::FactorSecret& secret);
    void ended(const sudare::client::Ending& ending);

   private:
    void on_ssl_errors(const QList<QSslError>& errors);
    void on_encrypted();
    void on_ready_read();
    void take(const enrol::DownMessage& message);
    void finish(const Ending& ending);

    QSslSocket socket_;
    Identity identity_;
    Server server_;
    enrol::Rules rules_{enrol::Direction::kDown};
    FrameBuffer frames_{rules_};
    QTimer deadline_;
    bool alive_ = false;
    bool waiting_ = false;  // for the answer to a request
    bool welcomed_ = false;
};

}  // namespace sudare::client

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QSslSocket>
#include <QTimer>
#include <chrono>
#include <vector>

#include "client/core/ending.h"
#include "client/core/settings.h"
#include "protocol/core/frame.h"
#include "protocol/core/limits.h"
#include "protocol/wire/messages.h"
#include "protocol/wire/state_machine.h"

namespace sudare::client {

// One TLS connection to a gateway, from the name to its end, and the frames on it. TLS 1.3 only,
// with the terminal's certificate, the private CA alone and the protocol name sudare/1.
//
// "Connected" means that Welcome has come: QSslSocket reports encrypted() before the server has
// judged our certificate (reference/trials.md section 6). The first fault is the one reported;
// what follows from it (a reset after an alert) is not.
//
// Used once: make a new object for a new connection. Threads: the one that made it.
class Connection : public QObject {
    Q_OBJECT
   public:
    explicit Connection(QObject* parent = nullptr);
    ~Connection() override;

    // How long to wait for the other end, from start(): to TCP's answer, and to Welcome.
    struct Patience {
        std::chrono::milliseconds connect;
        std::chrono::milliseconds welcome;
    };
    static constexpr Patience kPatient{limits::kHandshakeDeadline, limits::kHandshakeDeadline};

    // Starts; answers with welcomed() or ended(). name_to_check is the host of `server`.
    void start(const Server& server, const Identity& identity, Patience patience = kPatient);
    // How long it took; zero before.
    [[nodiscard]] const Patience& taken() const { return taken_; }

    // False, and nothing is sent, when the message is not legal now, a value does not fit, or the
    // connection has ended. Too much unsent data (kUnsentMax) ends the connection.
    bool send(const wire::UpMessage& message);

    // Raw bytes as they are, behind whatever was sent: for sudare-probe's hostile tests only.
    void send_raw(const QByteArray& bytes);

    // How long the server may be silent; it pings every few seconds. After Welcome.
    void set_silence_limit(std::chrono::milliseconds limit);

    // Ends it from this side. No signal follows.
    void close();

    [[nodiscard]] wire::State state() const { return machine_.state(); }
    [[nodiscard]] bool alive() const { return alive_; }
    [[nodiscard]] qintptr descriptor() const { return socket_.socketDescriptor(); }
    [[nodiscard]] quint64 bytes_received() const { return bytes_received_; }
    [[nodiscard]] quint64 bytes_sent() const { return bytes_sent_; }

    // What the server may leave unread: seconds of typing and pointer moves. More means that it
    // has stopped reading.
    static constexpr qint64 kUnsentMax = 256 * 1024;

   Q_SIGNALS:
    void welcomed(const sudare::wire::Welcome& welcome);
    // Every message but Welcome and Ping, in order.
    void received(const sudare::wire::DownMessage& message);
    // Once, last. Not after close().
    void ended(const sudare::client::Ending& ending);

   private:
    void configure(const Identity& identity);
    void on_ssl_errors(const QList<QSslError>& errors);
    void on_encrypted();
    void on_ready_read();
    void on_socket_error(QAbstractSocket::SocketError error);
    void take_frames();
    void take(const wire::DownMessage& message);
    void finish(Ending ending);
    void refuse(EndReason reason, const char* what);

    QSslSocket socket_;
    Identity identity_;
    Server server_;
    wire::WireRules rules_{wire::Direction::kDown};
    FrameBuffer frames_{rules_};
    wire::StateMachine machine_;
    QTimer deadline_;       // handshake and Welcome, then silence of the server
    QTimer frame_deadline_; // half a frame
    QElapsedTimer started_;
    Patience taken_{};
    Fault alert_ = Fault::kNone;  // an alert comes before the socket error that it causes
    bool alive_ = false;
    bool welcomed_ = false;
    quint64 bytes_received_ = 0;
    quint64 bytes_sent_ = 0;
};

}  // namespace sudare::client

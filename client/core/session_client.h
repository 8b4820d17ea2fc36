// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QPointer>
#include <QTimer>
#include <functional>
#include <memory>
#include <optional>

#include "client/core/connection.h"
#include "client/core/decoder_client.h"
#include "client/core/input_sender.h"
#include "client/core/link_meter.h"
#include "client/core/reconnect.h"
#include "client/core/settings.h"
#include "protocol/wire/messages.h"

namespace sudare::client {

// Where the person stands. Transitions:
//   kIdle -connect_to-> kConnecting -Welcome-> kLogin -log_in-> kLoggingIn
//   kLoggingIn -refused-> kLogin, -ok-> kReady -open-> kOpening -running-> kRunning
//   kOpening, kRunning -closed by the server-> kReady (closed() tells the reason)
//   kRunning -connection lost-> kReconnecting -resumed-> kRunning (set_resuming(true) only)
//   any but kIdle -> kIdle, with ended()
enum class Stage {
    kIdle, kConnecting, kLogin, kLoggingIn, kReady, kOpening, kRunning, kReconnecting
};

// One user's way from the server's name to the picture: a Connection, the decoder and the input,
// and what the server last said. The app shows it, the probe scripts it. One thread.
class SessionClient : public QObject {
    Q_OBJECT
   public:
    // make_worker starts the decoder's process holder; called once per session.
    using WorkerFactory = std::function<std::unique_ptr<platform::WorkerProcess>()>;
    explicit SessionClient(WorkerFactory make_worker, QObject* parent = nullptr);
    ~SessionClient() override;

    void connect_to(const Server& server, const IdentityPaths& paths);
    // The password is copied into one message and wiped there; the caller wipes its own.
    void log_in(const QString& user, const QString& password, const QString& one_time_code);
    void open(const Display& display, KeyboardLayout keyboard, Locale locale);
    // Whether a lost connection is an interruption, where the server keeps the session: tried again
    // by itself until the session is back or over. `terminal`: how large the picture is to be then;
    // empty: as with open(). Off at first.
    void set_resuming(bool on, std::function<Display()> terminal = {});
    // While kReconnecting: not when the timer says, but now.
    void resume_now();
    // The user's own end: orderly, answered by the server with ended(). While kReconnecting there is
    // nobody to tell: the server ends the session when its time is up.
    void request_end();
    // Drops the connection without a word (window closed). No signal follows.
    void abandon();
    void ask_exception(quint32 rule);

    [[nodiscard]] Stage stage() const { return stage_; }
    [[nodiscard]] const std::optional<wire::SessionState>& state() const { return state_; }
    [[nodiscard]] const wire::TextField& text_field() const { return text_field_; }
    [[nodiscard]] bool second_factor() const { return second_factor_; }
    [[nodiscard]] const QImage& picture() const { return decoder_.canvas().image(); }
    [[nodiscard]] const DecoderClient& decoder() const { return decoder_; }
    [[nodiscard]] InputSender& input() { return input_; }
    [[nodiscard]] Connection* connection() { return connection_.get(); }
    // Of the time since the last call.
    LinkNumbers sample_link();
    // The name in this terminal's certificate; empty before connect_to().
    [[nodiscard]] QString terminal_name() const;

   Q_SIGNALS:
    void stage_changed(sudare::client::Stage stage);
    void login_answered(const sudare::wire::LoginResult& result);
    void session_changed(const sudare::wire::SessionState& state);
    // The session ended but the login stands: open() makes a new one.
    void closed(sudare::EndReason reason);
    void cursor_changed(sudare::wire::Cursor cursor);
    void text_field_changed(const sudare::wire::TextField& field);
    void notice(const sudare::wire::Notice& notice);
    void presented(const sudare::client::Presented& presented);
    // While kReconnecting: at its begin, and whenever a try begins or has failed.
    void interrupted(const sudare::client::Interruption& interruption);
    void ended(const sudare::client::Ending& ending);

   private:
    void set_stage(Stage stage);
    void on_welcome(const wire::Welcome& welcome);
    void on_message(const wire::DownMessage& message);
    void on_login_result(const wire::LoginResult& result);
    void on_session_state(const wire::SessionState& state);
    void on_update(const wire::Update& update);
    void on_applied(const Applied& applied);
    void finish(const Ending& ending);
    void drop_connection();
    void start_connection(Connection::Patience patience);
    // session_resume.cpp
    [[nodiscard]] bool may_resume(const Ending& ending) const;
    void on_connection_ended(const Ending& ending);
    void begin_reconnecting(const Ending& cause);
    void plan_try(const Ending& cause);
    void send_resume();

    WorkerFactory make_worker_;
    std::unique_ptr<Connection> connection_;
    DecoderClient decoder_;
    InputSender input_;
    Stage stage_ = Stage::kIdle;
    bool second_factor_ = false;
    std::optional<wire::SessionState> state_;
    wire::TextField text_field_;
    wire::Ticket ticket_{};  // resumes this session; zeroes: none
    Server server_;
    std::optional<Identity> identity_;
    Connection::Patience taken_{};  // what the first connection took
    Display display_;
    KeyboardLayout keyboard_ = KeyboardLayout::kUs;
    bool resuming_ = false;
    std::function<Display()> terminal_;
    Interruption interruption_;
    QDateTime last_try_;
    QTimer retry_timer_;
    LinkMeter meter_;
};

}  // namespace sudare::client

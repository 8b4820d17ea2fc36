// SPDX-License-Identifier: Apache-2.0
#include "client/core/session_client.h"

#include <algorithm>

#include "client/platform/terminal.h"

namespace sudare::client {

SessionClient::SessionClient(WorkerFactory make_worker, QObject* parent)
    : QObject(parent),
      make_worker_(std::move(make_worker)),
      input_([this](const wire::UpMessage& message) {
          return connection_ && connection_->send(message);
      }) {
    connect(&decoder_, &DecoderClient::applied, this, &SessionClient::on_applied);
    connect(&decoder_, &DecoderClient::presented, this, &SessionClient::presented);
    retry_timer_.setSingleShot(true);
    connect(&retry_timer_, &QTimer::timeout, this, &SessionClient::resume_now);
    connect(&decoder_, &DecoderClient::failed, this,
            [this](EndReason reason, const QString& diagnostic) {
                finish({Fault::kDecoder, reason, 0, diagnostic});
            });
}

SessionClient::~SessionClient() = default;

void SessionClient::connect_to(const Server& server, const IdentityPaths& paths) {
    abandon();
    const auto identity = load_identity(paths);
    set_stage(Stage::kConnecting);
    if (!identity)
        return finish({Fault::kSettings, {}, 0, QString::fromStdString(identity.error().message)});
    server_ = server;
    identity_ = *identity;
    start_connection(Connection::kPatient);
}

void SessionClient::start_connection(Connection::Patience patience) {
    connection_ = std::make_unique<Connection>();
    connect(connection_.get(), &Connection::welcomed, this, &SessionClient::on_welcome);
    connect(connection_.get(), &Connection::received, this, &SessionClient::on_message);
    connect(connection_.get(), &Connection::ended, this, &SessionClient::on_connection_ended);
    connection_->start(server_, *identity_, patience);
}

void SessionClient::set_resuming(bool on, std::function<Display()> terminal) {
    resuming_ = on;
    terminal_ = std::move(terminal);
}

void SessionClient::log_in(const QString& user, const QString& password,
                           const QString& one_time_code) {
    if (stage_ != Stage::kLogin || !connection_)
        return;
    wire::Login login{user.toStdString(), password.toStdString(), one_time_code.toStdString()};
    wire::UpMessage message(std::move(login));
    const bool sent = connection_->send(message);
    auto& secret = std::get<wire::Login>(message).password;
    std::fill(secret.begin(), secret.end(), '\0');
    if (sent)
        set_stage(Stage::kLoggingIn);
    else  // too long for the wire: the same answer as for any wrong password
        Q_EMIT login_answered({wire::LoginVerdict::kRefused, 0});
}

void SessionClient::open(const Display& display, KeyboardLayout keyboard, Locale locale) {
    if (stage_ != Stage::kReady)
        return;
    if (const auto started = decoder_.start(make_worker_()); !started)
        return finish({Fault::kDecoder, EndReason::kDecoderFailed, 0,
                       QString::fromStdString(started.error().message)});
    input_.reset();
    display_ = display;
    keyboard_ = keyboard;
    if (!connection_->send(wire::OpenSession{display, keyboard, locale}))
        return;
    set_stage(Stage::kOpening);
}

void SessionClient::request_end() {
    if (stage_ == Stage::kReconnecting || !connection_ || !connection_->send(wire::EndRequest{}))
        finish({Fault::kNone, EndReason::kUserEnded, 0, {}});
}

void SessionClient::abandon() {
    drop_connection();
    retry_timer_.stop();
    decoder_.stop();
    state_.reset();
    ticket_ = {};
    set_stage(Stage::kIdle);
}

void SessionClient::ask_exception(quint32 rule) {
    if (connection_)
        connection_->send(wire::AskException{rule});
}

void SessionClient::on_welcome(const wire::Welcome& welcome) {
    if (stage_ == Stage::kReconnecting)
        return send_resume();
    taken_ = connection_->taken();
    second_factor_ = welcome.second_factor;
    set_stage(Stage::kLogin);
}

void SessionClient::on_message(const wire::DownMessage& message) {
    if (const auto* update = std::get_if<wire::Update>(&message)) {
        on_update(*update);
    } else if (const auto* result = std::get_if<wire::LoginResult>(&message)) {
        on_login_result(*result);
    } else if (const auto* state = std::get_if<wire::SessionState>(&message)) {
        on_session_state(*state);
    } else if (const auto* cursor = std::get_if<wire::CursorShape>(&message)) {
        Q_EMIT cursor_changed(cursor->cursor);
    } else if (const auto* field = std::get_if<wire::TextField>(&message)) {
        text_field_ = *field;
        Q_EMIT text_field_changed(*field);
    } else if (const auto* told = std::get_if<wire::Notice>(&message)) {
        Q_EMIT notice(*told);
    }
}

void SessionClient::on_login_result(const wire::LoginResult& result) {
    const bool ok = result.verdict == wire::LoginVerdict::kOk;
    set_stage(ok ? Stage::kReady : Stage::kLogin);
    Q_EMIT login_answered(result);
}

void SessionClient::on_session_state(const wire::SessionState& state) {
    input_.set_strict((state.restrictions & wire::kRestrictPace) != 0);
    state_ = state;
    ticket_ = state.phase == wire::Phase::kClosed ? wire::Ticket{} : state.ticket;
    Q_EMIT session_changed(state);
    if (state.phase == wire::Phase::kRunning) {
        if (resuming_ && state.resume_minutes != 0)
            connection_->set_silence_limit(kSilenceLimit);
        set_stage(Stage::kRunning);
    } else if (state.phase == wire::Phase::kClosed) {
        decoder_.stop();
        text_field_ = {};
        set_stage(Stage::kReady);
        Q_EMIT closed(end_reason_from(state.reason).value_or(EndReason::kInternal));
    }
}

void SessionClient::on_update(const wire::Update& update) {
    if (!decoder_.submit(update.payload))
        finish({Fault::kServerBroke, EndReason::kTooFast, 0,
                QStringLiteral("more updates than the window allows")});
}

LinkNumbers SessionClient::sample_link() {
    if (!connection_)
        return meter_.sample(0, std::nullopt);
    return meter_.sample(connection_->bytes_received(),
                         platform::round_trip_ms(connection_->descriptor()));
}

QString SessionClient::terminal_name() const {
    if (!identity_ || identity_->chain.isEmpty())
        return {};
    return identity_->chain.front().subjectInfo(QSslCertificate::CommonName).value(0);
}

void SessionClient::on_applied(const Applied& applied) {
    meter_.count(applied);
    if (connection_)
        connection_->send(wire::Ack{applied.sequence, applied.decode_us,
                                    static_cast<std::uint8_t>(decoder_.queued())});
}

void SessionClient::finish(const Ending& ending) {
    if (stage_ == Stage::kIdle)
        return;
    drop_connection();
    retry_timer_.stop();
    decoder_.stop();
    text_field_ = {};
    ticket_ = {};
    set_stage(Stage::kIdle);
    Q_EMIT ended(ending);
}

// The connection may be the sender of the signal that brought us here: it goes later.
void SessionClient::drop_connection() {
    if (!connection_)
        return;
    connection_->disconnect(this);
    connection_->close();
    connection_.release()->deleteLater();
}

void SessionClient::set_stage(Stage stage) {
    if (stage_ == stage)
        return;
    stage_ = stage;
    Q_EMIT stage_changed(stage);
}

}  // namespace sudare::client

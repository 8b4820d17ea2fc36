// SPDX-License-Identifier: Apache-2.0
// The part of SessionClient that comes back after a lost connection.
#include "client/core/session_client.h"

namespace sudare::client {
namespace {

// Beyond the time that the server keeps the session: clocks differ, and its own answer is better.
constexpr std::chrono::seconds kSlack{20};

std::chrono::milliseconds since(const QDateTime& then) {
    return std::chrono::milliseconds(std::max<qint64>(0, then.msecsTo(QDateTime::currentDateTime())));
}

}  // namespace

bool SessionClient::may_resume(const Ending& ending) const {
    return resuming_ && stage_ == Stage::kRunning && state_ && state_->resume_minutes != 0 &&
           ticket_ != wire::Ticket{} && is_interruption(ending);
}

void SessionClient::on_connection_ended(const Ending& ending) {
    if (stage_ == Stage::kReconnecting && may_retry(ending))
        return plan_try(ending);
    if (may_resume(ending))
        return begin_reconnecting(ending);
    finish(ending);
}

void SessionClient::begin_reconnecting(const Ending& cause) {
    interruption_ = {};
    interruption_.since = QDateTime::currentDateTime();
    const std::chrono::seconds kept = cause.detail != 0
                                          ? std::chrono::seconds(cause.detail)
                                          : std::chrono::minutes(state_->resume_minutes);
    interruption_.kept_until = interruption_.since.addSecs(kept.count());
    decoder_.stop();  // its next picture follows none before
    input_.reset();
    text_field_ = {};
    set_stage(Stage::kReconnecting);
    Q_EMIT text_field_changed(text_field_);
    plan_try(cause);
}

void SessionClient::plan_try(const Ending& cause) {
    drop_connection();
    if (QDateTime::currentDateTime() > interruption_.kept_until.addSecs(kSlack.count()))
        return finish({Fault::kNone, EndReason::kNotResumed, 0, cause.diagnostic});
    interruption_.cause = cause;
    interruption_.trying = false;
    // The first try at once: often it is only the old connection that is dead.
    interruption_.next_try =
        interruption_.tries == 0
            ? std::chrono::milliseconds(0)
            : std::max(retry_gap(since(interruption_.since)) - since(last_try_),
                       std::chrono::milliseconds(0));
    retry_timer_.start(interruption_.next_try);
    Q_EMIT interrupted(interruption_);
}

void SessionClient::resume_now() {
    if (stage_ != Stage::kReconnecting || interruption_.trying)
        return;
    retry_timer_.stop();
    ++interruption_.tries;
    last_try_ = QDateTime::currentDateTime();
    interruption_.trying = true;
    interruption_.next_try = {};
    Q_EMIT interrupted(interruption_);
    start_connection({std::max(kConnectPatience, 4 * taken_.connect),
                      std::max(kWelcomePatience, 4 * taken_.welcome)});
}

void SessionClient::send_resume() {
    if (const auto started = decoder_.start(make_worker_()); !started)
        return finish({Fault::kDecoder, EndReason::kDecoderFailed, 0,
                       QString::fromStdString(started.error().message)});
    if (terminal_)
        display_ = terminal_();
    connection_->send(wire::Resume{ticket_, display_, keyboard_});
}

}  // namespace sudare::client

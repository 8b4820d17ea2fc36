// SPDX-License-Identifier: Apache-2.0
#include "client/probe/watch.h"

#include <QJsonArray>
#include <algorithm>

#include "client/probe/names.h"
#include "client/core/picture_hash.h"

namespace sudare::probe {
namespace {

QString text(std::string_view name) {
    return QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
}

QJsonObject field_json(const wire::TextField& field) {
    return {{"active", field.active}, {"kind", text(name_of(field.kind))}, {"x", field.x},
            {"y", field.y}, {"width", field.width}, {"height", field.height}};
}

}  // namespace

Watch::Watch(client::SessionClient& session, QObject* parent)
    : QObject(parent), session_(session) {
    using client::SessionClient;
    connect(&session, &SessionClient::stage_changed, this,
            [this] { Q_EMIT happened(Event::kStage); });
    connect(&session, &SessionClient::login_answered, this, [this](const wire::LoginResult& result) {
        login_ = result;
        Q_EMIT happened(Event::kLogin);
    });
    connect(&session, &SessionClient::closed, this, [this](EndReason reason) {
        closed_ = reason;
        Q_EMIT happened(Event::kStage);
    });
    connect(&session, &SessionClient::interrupted, this,
            [this](const client::Interruption& interruption) {
                interruptions_ += interruption.tries == 0 ? 1 : 0;
            });
    connect(&session, &SessionClient::ended, this, [this](const client::Ending& ending) {
        ending_ = ending;
        Q_EMIT happened(Event::kStage);
    });
    connect(&session, &SessionClient::cursor_changed, this, [this](wire::Cursor cursor) {
        cursor_ = cursor;
        Q_EMIT happened(Event::kCursor);
    });
    connect(&session, &SessionClient::text_field_changed, this,
            [this] { Q_EMIT happened(Event::kTextField); });
    connect(&session, &SessionClient::notice, this, [this](const wire::Notice& notice) {
        notices_.push_back(notice);
        if (notices_.size() > kNoticesMax)
            notices_.pop_front();
        Q_EMIT happened(Event::kNotice);
    });
    connect(&session, &SessionClient::presented, this, &Watch::on_presented);
    connect(&session.decoder(), &client::DecoderClient::applied, this,
            [this](const client::Applied& applied) { statistics_.take(applied); });
}

void Watch::on_presented(const client::Presented& presented) {
    last_present_ = Clock::now();
    ++presents_;
    statistics_.take(presented);
    if (every_ != 0 && presented.sequence >= hashed_ + every_) {
        hashed_ = presented.sequence;
        hashes_.append(QJsonArray{static_cast<qint64>(presented.sequence),
                                  QString::fromLatin1(client::picture_hash(picture()))});
        if (hashes_.size() > static_cast<qsizetype>(kHashesMax))
            hashes_.removeFirst();
    }
    Q_EMIT happened(Event::kPresented);
}

void Watch::forget() {
    statistics_.restart();
    presents_ = hashed_ = 0;
    hashes_ = {};
    cursor_ = wire::Cursor::kDefault;
    notices_.clear();
    login_.reset();
    ending_.reset();
    closed_.reset();
    marked_ = QImage();
}

void Watch::connect_to(const client::Server& server, const client::IdentityPaths& identity) {
    session_.abandon();
    forget();
    session_.connect_to(server, identity);
    const client::Connection* connection = session_.connection();
    if (connection == nullptr)
        return;  // it failed at once
    connect(connection, &client::Connection::received, this,
            [this](const wire::DownMessage& message) {
                statistics_.take(message);
                sample_traffic();
            });
}

// The connection is gone when its end is told; the totals of just before stay.
void Watch::sample_traffic() {
    if (const client::Connection* connection = session_.connection())
        statistics_.set_traffic(connection->bytes_received(), connection->bytes_sent());
}

void Watch::reset_statistics() {
    sample_traffic();
    statistics_.reset();
}

std::optional<wire::Notice> Watch::take_notice(wire::NoticeCode code) {
    const auto found = std::find_if(notices_.begin(), notices_.end(),
                                    [code](const wire::Notice& told) { return told.code == code; });
    if (found == notices_.end())
        return std::nullopt;
    const wire::Notice notice = *found;
    notices_.erase(found);
    return notice;
}

QJsonObject Watch::ending_json() const {
    if (!ending_)
        return {};
    QJsonObject out{{"fault", text(client::name_of(ending_->fault))},
                    {"detail", static_cast<qint64>(ending_->detail)},
                    {"diagnostic", ending_->diagnostic}};
    if (ending_->reason)
        out["reason"] = text(sudare::name_of(*ending_->reason));
    return out;
}

QJsonObject Watch::json() {
    sample_traffic();
    QJsonObject out = statistics_.json();
    if (!hashes_.isEmpty())
        out["hashes"] = hashes_;
    out["interruptions"] = static_cast<qint64>(interruptions_);
    out["stage"] = text(name_of(session_.stage()));
    out["size"] = QJsonArray{picture().width(), picture().height()};
    out["cursor"] = text(name_of(cursor_));
    out["text_field"] = field_json(session_.text_field());
    if (const auto& state = session_.state()) {
        out["session"] = static_cast<qint64>(state->session);
        out["restrictions"] = state->restrictions;
        out["remaining_s"] = static_cast<qint64>(state->remaining_s);
        out["resume_minutes"] = state->resume_minutes;
        out["idle_s"] = static_cast<qint64>(state->idle_s);
        out["watermark"] = state->watermark;
    }
    QJsonArray notices;
    for (const wire::Notice& told : notices_)
        notices.append(QJsonObject{{"code", text(name_of(told.code))},
                                   {"a", static_cast<qint64>(told.a)},
                                   {"b", static_cast<qint64>(told.b)}});
    out["notices"] = notices;
    if (closed_)
        out["closed"] = text(sudare::name_of(*closed_));
    if (ending_)
        out["ending"] = ending_json();
    return out;
}

}  // namespace sudare::probe

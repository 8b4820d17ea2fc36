// SPDX-License-Identifier: Apache-2.0
#include "client/probe/statistics.h"

namespace sudare::probe {
namespace {

QString text(std::string_view name) {
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

QJsonObject json_of(const wire::TextField& field) {
    return {{"active", field.active},
            {"x", field.x},
            {"y", field.y},
            {"width", field.width},
            {"height", field.height},
            {"kind", static_cast<int>(field.kind)}};
}

}  // namespace

QJsonObject json_of(const client::Ending& ending) {
    return {{"fault", text(client::name_of(ending.fault))},
            {"reason", ending.reason ? QJsonValue(text(name_of(*ending.reason))) : QJsonValue()},
            {"detail", static_cast<qint64>(ending.detail)},
            {"diagnostic", ending.diagnostic}};
}

Statistics::Statistics(client::SessionClient& client) : client_(client) {
    connect(&client.decoder(), &client::DecoderClient::applied, this, &Statistics::count);
    connect(&client, &client::SessionClient::presented, this, [this] { ++presents_; });
    connect(&client, &client::SessionClient::cursor_changed, this,
            [this](wire::Cursor cursor) { cursor_ = cursor; });
    connect(&client, &client::SessionClient::notice, this, [this](const wire::Notice& notice) {
        notices_.append(QJsonObject{{"code", static_cast<int>(notice.code)},
                                    {"a", static_cast<qint64>(notice.a)},
                                    {"b", static_cast<qint64>(notice.b)}});
    });
    connect(&client, &client::SessionClient::ended, this,
            [this](const client::Ending& ending) { ending_ = ending; });
    connect(&client, &client::SessionClient::closed, this,
            [this](EndReason reason) { closed_ = reason; });
}

void Statistics::count(const client::Applied& applied) {
    ++updates_;
    bytes_ += static_cast<qint64>(applied.bytes);
    largest_ = std::max(largest_, static_cast<qint64>(applied.bytes));
    decode_us_ += applied.decode_us;
    scrolls_ += applied.scrolls;
    lossless_ += applied.lossless;
    videos_ += applied.videos;
    fills_ += applied.fills;
    sequence_ = applied.sequence;
}

void Statistics::reset() {
    updates_ = presents_ = bytes_ = decode_us_ = scrolls_ = lossless_ = videos_ = fills_ = 0;
    largest_ = 0;
    notices_ = {};
    if (const auto* connection = client_.connection()) {
        received_before_ = static_cast<qint64>(connection->bytes_received());
        sent_before_ = static_cast<qint64>(connection->bytes_sent());
    }
}

void Statistics::forget_ends() {
    ending_.reset();
    closed_.reset();
    received_before_ = sent_before_ = 0;
}

QJsonObject Statistics::session_json() const {
    const auto& state = client_.state();
    if (!state)
        return {};
    return {{"number", static_cast<qint64>(state->session)},
            {"phase", static_cast<int>(state->phase)},
            {"restrictions", state->restrictions},
            {"remaining_s", static_cast<qint64>(state->remaining_s)},
            {"idle_s", static_cast<qint64>(state->idle_s)},
            {"watermark", state->watermark}};
}

QJsonObject Statistics::json() const {
    QJsonObject all{{"updates", updates_},   {"presents", presents_}, {"update_bytes", bytes_},
                    {"largest", largest_},   {"decode_us", decode_us_}, {"scrolls", scrolls_},
                    {"lossless", lossless_}, {"videos", videos_},     {"fills", fills_},
                    {"sequence", static_cast<qint64>(sequence_)},
                    {"stage", static_cast<int>(client_.stage())},
                    {"session", session_json()},
                    {"text_field", json_of(client_.text_field())},
                    {"notices", notices_}};
    const QImage& picture = client_.picture();
    all["width"] = picture.width();
    all["height"] = picture.height();
    all["decoder_pid"] = client_.decoder().process_id();
    all["cursor"] = cursor_ ? QJsonValue(static_cast<int>(*cursor_)) : QJsonValue();
    all["ending"] = ending_ ? QJsonValue(probe::json_of(*ending_)) : QJsonValue();
    all["closed"] = closed_ ? QJsonValue(text(name_of(*closed_))) : QJsonValue();
    if (const auto* connection = client_.connection()) {
        all["received"] = static_cast<qint64>(connection->bytes_received()) - received_before_;
        all["sent"] = static_cast<qint64>(connection->bytes_sent()) - sent_before_;
    }
    return all;
}

}  // namespace sudare::probe

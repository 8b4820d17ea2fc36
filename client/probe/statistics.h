// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QObject>
#include <optional>

#include "client/core/session_client.h"

namespace sudare::probe {

// Counts what a SessionClient receives and remembers what it said last. One thread.
class Statistics : public QObject {
    Q_OBJECT
   public:
    explicit Statistics(client::SessionClient& client);

    void reset();
    [[nodiscard]] QJsonObject json() const;

    [[nodiscard]] int notices() const { return static_cast<int>(notices_.size()); }
    [[nodiscard]] const std::optional<wire::Cursor>& cursor() const { return cursor_; }
    [[nodiscard]] const std::optional<client::Ending>& ending() const { return ending_; }
    [[nodiscard]] const std::optional<EndReason>& closed() const { return closed_; }
    // A new connection has its own end.
    void forget_ends();

   private:
    void count(const client::Applied& applied);
    [[nodiscard]] QJsonObject session_json() const;

    client::SessionClient& client_;
    qint64 updates_ = 0, presents_ = 0, bytes_ = 0, decode_us_ = 0;
    qint64 scrolls_ = 0, lossless_ = 0, videos_ = 0, fills_ = 0;
    qint64 largest_ = 0;
    qint64 received_before_ = 0, sent_before_ = 0;  // of the connection at the last reset
    quint32 sequence_ = 0;
    QJsonArray notices_;
    std::optional<wire::Cursor> cursor_;
    std::optional<client::Ending> ending_;
    std::optional<EndReason> closed_;
};

// {"fault", "reason", "detail", "diagnostic"}: what ended a connection.
QJsonObject json_of(const client::Ending& ending);

}  // namespace sudare::probe

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QJsonArray>
#include <QJsonObject>
#include <QObject>
#include <chrono>
#include <deque>
#include <optional>

#include "client/core/session_client.h"
#include "client/probe/statistics.h"

namespace sudare::probe {

// What the server has said so far, remembered for conditions and answers, and one signal for
// everything that happens.
class Watch : public QObject {
    Q_OBJECT
   public:
    using Clock = std::chrono::steady_clock;
    enum class Event { kBegin, kTime, kStage, kLogin, kPresented, kCursor, kTextField, kNotice };
    static constexpr std::size_t kNoticesMax = 256;  // the oldest go

    explicit Watch(client::SessionClient& session, QObject* parent = nullptr);

    // Forgets the connection before, makes a new one and listens to it.
    void connect_to(const client::Server& server, const client::IdentityPaths& identity);

    // The picture as it is now is what wait_change compares with.
    void mark() { marked_ = session_.picture(); }
    [[nodiscard]] const QImage& marked() const { return marked_; }

    // Removes the oldest notice of this code, if any.
    std::optional<wire::Notice> take_notice(wire::NoticeCode code);

    [[nodiscard]] client::SessionClient& session() const { return session_; }
    [[nodiscard]] const QImage& picture() const { return session_.picture(); }
    [[nodiscard]] Clock::time_point last_present() const { return last_present_; }
    [[nodiscard]] std::uint64_t presents_of_session() const { return presents_; }
    [[nodiscard]] wire::Cursor cursor() const { return cursor_; }
    [[nodiscard]] const std::optional<wire::LoginResult>& login() const { return login_; }
    void forget_login() { login_.reset(); }  // before another try
    [[nodiscard]] const std::optional<client::Ending>& ending() const { return ending_; }
    [[nodiscard]] const std::optional<EndReason>& closed() const { return closed_; }
    void reset_statistics();
    // Hashes of the picture from now on, whenever so many updates have come; json() has the newest
    // kHashesMax.
    void hash_every(std::uint32_t updates) { every_ = updates; }
    static constexpr std::size_t kHashesMax = 10'000;

    // How the connection ended, for answers; empty while it stands.
    [[nodiscard]] QJsonObject ending_json() const;
    [[nodiscard]] QJsonObject json();

   Q_SIGNALS:
    void happened(sudare::probe::Watch::Event event);

   private:
    void forget();
    void on_presented(const client::Presented& presented);
    void sample_traffic();

    client::SessionClient& session_;
    Statistics statistics_;
    QImage marked_;
    Clock::time_point last_present_{};
    std::uint64_t presents_ = 0;
    std::uint32_t every_ = 0, hashed_ = 0;  // hashed_: the last sequence
    QJsonArray hashes_;                      // [sequence, hash]
    std::uint32_t interruptions_ = 0;
    wire::Cursor cursor_ = wire::Cursor::kDefault;
    std::deque<wire::Notice> notices_;
    std::optional<wire::LoginResult> login_;
    std::optional<client::Ending> ending_;
    std::optional<EndReason> closed_;
};

}  // namespace sudare::probe

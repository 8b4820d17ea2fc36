// SPDX-License-Identifier: Apache-2.0
#include "client/probe/runner.h"

#include <cstdint>

#include "client/platform/worker_process.h"

namespace sudare::probe {

using client::SessionClient;
using client::Stage;

Runner::Runner(Options options)
    : options_(std::move(options)),
      client_(&platform::make_worker_process),
      statistics_(client_),
      latency_(client_) {
    since_present_.start();
    connect(&client_, &SessionClient::presented, this, [this](const client::Presented& presented) {
        since_present_.restart();
        changed_.insert(changed_.end(), presented.dirty.begin(), presented.dirty.end());
        wait_.look();
    });
    connect(&client_, &SessionClient::login_answered, this,
            [this](const wire::LoginResult& result) {
                login_answer_ = result;
                wait_.look();
            });
    const auto look = [this] { wait_.look(); };
    connect(&client_, &SessionClient::stage_changed, this, look);
    connect(&client_, &SessionClient::session_changed, this, look);
    connect(&client_, &SessionClient::closed, this, look);
    connect(&client_, &SessionClient::ended, this, look);
    connect(&client_, &SessionClient::cursor_changed, this, look);
    connect(&client_, &SessionClient::text_field_changed, this, look);
    connect(&client_, &SessionClient::notice, this, look);
}

Runner::~Runner() { options_.password.fill('\0'); }

void Runner::enqueue(const QString& line) {
    lines_.push_back(line);
    run_next();
}

void Runner::finish() {
    finishing_ = true;
    run_next();
}

void Runner::run_next() {
    while (!busy_ && !lines_.empty()) {
        const QString line = lines_.front();
        lines_.pop_front();
        if (line.trimmed().isEmpty() || line.startsWith(u'#'))
            continue;
        busy_ = true;
        since_command_.start();
        changed_.clear();
        obey(line);
    }
    if (!busy_ && finishing_)
        Q_EMIT quit(failed_ ? 1 : 0);
}

void Runner::answer(QJsonObject object) {
    busy_ = false;
    object["ok"] = true;
    object["ms"] = since_command_.elapsed();
    Q_EMIT answered(object);
    // Not from inside a command: the next one may find another state.
    QMetaObject::invokeMethod(this, &Runner::run_next, Qt::QueuedConnection);
}

void Runner::refuse(const QString& error) {
    busy_ = false;
    failed_ = true;
    Q_EMIT answered({{"ok", false}, {"error", error}, {"ms", since_command_.elapsed()}});
    QMetaObject::invokeMethod(this, &Runner::run_next, Qt::QueuedConnection);
}

void Runner::wait_for(const QString& what, std::chrono::milliseconds limit,
                      Wait::Condition condition, std::function<QJsonObject()> object) {
    wait_.begin(std::move(condition), limit,
                [this, what, limit, object = std::move(object)](bool held) {
                    if (held)
                        answer(object ? object() : QJsonObject());
                    else
                        refuse(QStringLiteral("waited %1 ms for %2").arg(limit.count()).arg(what));
                });
}

bool Runner::over() const { return statistics_.ending().has_value(); }

QJsonObject Runner::ending_json() const {
    return over() ? QJsonObject{{"ending", json_of(*statistics_.ending())}} : QJsonObject{};
}

Result<std::chrono::milliseconds> Runner::limit(Words& words) {
    SUDARE_TRY(const int milliseconds, words.number("MILLISECONDS", 0, 600'000));
    return std::chrono::milliseconds(milliseconds);
}

// The named part of the picture, or all of it.
Result<QRect> Runner::picture_rect(Words& words) {
    SUDARE_TRY(const std::optional<QRect> rect, words.optional_rect());
    const QRect whole = client_.picture().rect();
    if (whole.isEmpty())
        return fail(Errc::kState, "there is no picture yet");
    if (rect && !whole.contains(*rect))
        return fail(Errc::kBadInput, "the rectangle is not inside the picture of " +
                                         std::to_string(whole.width()) + "x" +
                                         std::to_string(whole.height()));
    return rect.value_or(whole);
}

Result<void> Runner::need_running() const {
    if (client_.stage() != Stage::kRunning)
        return fail(Errc::kState, "no session is running");
    return {};
}

}  // namespace sudare::probe

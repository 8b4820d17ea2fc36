// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QJsonObject>
#include <QObject>
#include <QStringList>
#include <QTimer>
#include <deque>
#include <optional>

#include "client/core/session_client.h"
#include "client/probe/latency.h"
#include "client/probe/options.h"
#include "client/probe/statistics.h"
#include "client/probe/wait.h"
#include "client/probe/words.h"

namespace sudare::probe {

// Obeys commands, one at a time and in order, and answers each with exactly one JSON object:
// {"ok": true, ...} or {"ok": false, "error": "..."}. The list with what each takes is kCommands
// in runner_commands.cpp; "help" prints it.
class Runner : public QObject {
    Q_OBJECT
   public:
    explicit Runner(Options options);
    ~Runner() override;

    void enqueue(const QString& line);
    // No more lines will come: quits after the last one.
    void finish();

   Q_SIGNALS:
    void answered(const QJsonObject& answer);
    // After "quit", or the last line of a script.
    void quit(int status);

   private:
    using Handler = Result<void> (Runner::*)(Words&);
    struct Command;
    static const Command kCommands[];

    void run_next();
    void obey(const QString& line);
    void answer(QJsonObject object = {});
    void refuse(const QString& error);
    void wait_for(const QString& what, std::chrono::milliseconds limit, Wait::Condition condition,
                  std::function<QJsonObject()> object = {});

    Result<void> help(Words&);
    Result<void> connect_server(Words&);
    Result<void> login(Words&);
    Result<void> open(Words&);
    Result<void> end(Words&);
    Result<void> abandon(Words&);
    Result<void> key(Words&);
    Result<void> combo(Words&);
    Result<void> type(Words&);
    Result<void> text(Words&);
    Result<void> move(Words&);
    Result<void> button(Words&);
    Result<void> click(Words&);
    Result<void> wheel(Words&);
    Result<void> release_all(Words&);
    Result<void> resize(Words&);
    Result<void> ask_exception(Words&);
    Result<void> raw(Words&);
    Result<void> pause(Words&);
    Result<void> wait_still(Words&);
    Result<void> wait_change(Words&);
    Result<void> wait_colour(Words&);
    Result<void> wait_state(Words&);
    Result<void> wait_size(Words&);
    Result<void> wait_cursor(Words&);
    Result<void> wait_field(Words&);
    Result<void> wait_notice(Words&);
    Result<void> png(Words&);
    Result<void> hash(Words&);
    Result<void> pixel(Words&);
    Result<void> stats(Words&);
    Result<void> stats_reset(Words&);
    Result<void> measure(Words&);

    Result<std::chrono::milliseconds> limit(Words& words);
    Result<QRect> picture_rect(Words& words);
    Result<void> need_running() const;
    Result<void> point(Words& words);
    [[nodiscard]] QJsonObject ending_json() const;
    [[nodiscard]] bool over() const;

    Options options_;
    client::SessionClient client_;
    Statistics statistics_;
    Latency latency_;
    Wait wait_;
    std::deque<QString> lines_;
    bool busy_ = false, finishing_ = false, failed_ = false;
    std::optional<wire::LoginResult> login_answer_;
    QElapsedTimer since_present_, since_command_;
    std::vector<QRect> changed_;  // since the command began
};

}  // namespace sudare::probe

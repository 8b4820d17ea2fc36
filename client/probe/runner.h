// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <deque>
#include <functional>
#include <string>

#include "client/core/session_client.h"
#include "client/probe/command.h"
#include "client/probe/keyboard.h"
#include "client/probe/options.h"
#include "client/probe/waiting.h"

namespace sudare::probe {

// Runs commands one after the other, in the order of their lines, and answers each with one line
// of JSON: {"ok":true,...} or {"ok":false,"error":"..."}.
class Runner : public QObject {
    Q_OBJECT
   public:
    using Print = std::function<void(const QByteArray& json_line)>;
    Runner(Options& options, Print print, QObject* parent = nullptr);
    ~Runner() override;

    void take_line(const std::string& line);
    // No line follows: ends when the last one is answered.
    void take_end();

    // As the terminal has it now; null before the first.
    [[nodiscard]] const QImage& picture() const { return watch_.picture(); }

    // 0: every command was answered with ok.
    [[nodiscard]] int exit_code() const { return failed_ ? 1 : 0; }

   Q_SIGNALS:
    void finished();

   private:
    void run_next();
    void run(const std::string& line);
    void reply(const Answer& answer);
    void wait(const QString& what, std::chrono::milliseconds timeout, Waiting::Needs needs,
              Waiting::Judge judge);
    void enter_until(Until goal, const QString& password);

    // One for each command; nothing: answered already, or later.
    void perform(const Connect&);
    void perform(const Login& login);
    void perform(const Open&);
    void perform(const Start&);
    void perform(const End&);
    void perform(const Abandon&);
    void perform(const Quit&);
    void perform(const WaitStill& wanted);
    void perform(const WaitChange& wanted);
    void perform(const WaitColour& wanted);
    void perform(const WaitState& wanted);
    void perform(const WaitSize& wanted);
    void perform(const WaitCursor& wanted);
    void perform(const WaitTextField& wanted);
    void perform(const WaitNotice& wanted);
    void perform(const Type& type);
    void perform(const CommitText& commit);
    void perform(const Measure& measure);
    void perform(const AskException& ask);
    void perform(const Raw& raw);
    void perform(const SavePng& png);
    void perform(const Hash& hash);
    void perform(const HashEvery& every);
    void perform(const Pixel& pixel);
    void perform(const Mark&);
    void perform(const Stats&);
    void perform(const StatsReset&);
    template <typename Input>
    void perform(const Input& input);  // the commands that send and are done

    bool ready_for_input();
    void send(const KeyInput& input);
    void send(const Combo& combo);
    void send(const Move& move);
    void send(const ButtonInput& input);
    void send(const Click& click);
    void send(const WheelInput& wheel);
    void send(const ReleaseAll&);
    void send(const ResizeTo& resize);
    // The picture's part, or the answer why there is none.
    std::optional<QImage> part(const std::optional<QRect>& area);

    Options& options_;
    Print print_;
    client::SessionClient session_;
    Watch watch_;
    Waiting waiting_;
    KeyPace pace_;
    std::deque<std::string> lines_;
    bool running_ = false;
    bool last_line_taken_ = false;
    bool quitting_ = false;
    bool failed_ = false;
};

}  // namespace sudare::probe

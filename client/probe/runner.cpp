// SPDX-License-Identifier: Apache-2.0
#include "client/probe/runner.h"

#include <QJsonDocument>

#include "client/platform/worker_process.h"
#include "client/probe/conditions.h"
#include "client/probe/script.h"

namespace sudare::probe {
namespace {

// What lies before a picture: a handshake, a password hash on a busy machine, a browser.
constexpr std::chrono::seconds kEntryTimeout{60};
constexpr std::chrono::seconds kEndTimeout{20};

}  // namespace

Runner::Runner(Options& options, Print print, QObject* parent)
    : QObject(parent),
      options_(options),
      print_(std::move(print)),
      session_(platform::make_worker_process),
      watch_(session_),
      waiting_(watch_) {
    session_.set_resuming(options.resume);
    if (options.start)
        take_line("start");
}

Runner::~Runner() = default;

void Runner::take_line(const std::string& line) {
    lines_.push_back(line);
    if (!running_)
        QMetaObject::invokeMethod(this, &Runner::run_next, Qt::QueuedConnection);
}

void Runner::take_end() {
    last_line_taken_ = true;
    QMetaObject::invokeMethod(this, &Runner::run_next, Qt::QueuedConnection);
}

void Runner::run_next() {
    if (running_ || quitting_)
        return;
    if (!lines_.empty()) {
        const std::string line = std::move(lines_.front());
        lines_.pop_front();
        run(line);
    } else if (last_line_taken_) {
        quitting_ = true;
        session_.abandon();
        Q_EMIT finished();
    }
}

void Runner::run(const std::string& line) {
    const auto command = parse_line(line);
    if (command && !*command) {  // a comment
        QMetaObject::invokeMethod(this, &Runner::run_next, Qt::QueuedConnection);
        return;
    }
    running_ = true;
    if (!command)
        return reply(failure(QString::fromStdString(command.error().message)));
    std::visit([this](const auto& one) { perform(one); }, **command);
}

void Runner::reply(const Answer& answer) {
    QJsonObject object = answer.fields;
    object["ok"] = answer.ok;
    failed_ = failed_ || !answer.ok;
    print_(QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n');
    running_ = false;
    QMetaObject::invokeMethod(this, &Runner::run_next, Qt::QueuedConnection);
}

void Runner::wait(const QString& what, std::chrono::milliseconds timeout, Waiting::Needs needs,
                  Waiting::Judge judge) {
    waiting_.begin(what, timeout, needs, std::move(judge),
                   [this](const Answer& answer) { reply(answer); });
}

void Runner::enter_until(Until goal, const QString& password) {
    static constexpr const char* kGoals[] = {"the server's welcome", "the answer to the login",
                                             "the first picture"};
    wait(QString::fromLatin1(kGoals[static_cast<std::size_t>(goal)]), kEntryTimeout,
         Waiting::Needs::kConnection,
         enter(watch_, options_, password.isEmpty() ? options_.password : password, goal));
}

void Runner::perform(const Connect&) {
    watch_.connect_to(options_.server, options_.identity);
    enter_until(Until::kLogin, {});
}

void Runner::perform(const Login& login) { enter_until(Until::kReady, login.password); }

void Runner::perform(const Open&) {
    if (session_.stage() != client::Stage::kReady)
        return reply(failure(QStringLiteral("nobody is logged in")));
    enter_until(Until::kRunning, {});
}

void Runner::perform(const Start&) {
    watch_.connect_to(options_.server, options_.identity);
    enter_until(Until::kRunning, {});
}

void Runner::perform(const End&) {
    if (session_.stage() == client::Stage::kIdle)
        return reply(failure(QStringLiteral("not connected")));
    session_.request_end();
    wait(QStringLiteral("the end"), kEndTimeout, Waiting::Needs::kNothing, ended(watch_));
}

void Runner::perform(const Abandon&) {
    session_.abandon();
    reply(success());
}

void Runner::perform(const Quit&) {
    lines_.clear();
    last_line_taken_ = true;
    reply(success());
}

void Runner::perform(const WaitStill& wanted) {
    wait(QStringLiteral("a still picture"), wanted.timeout, Waiting::Needs::kConnection,
         still(watch_, waiting_, wanted.quiet));
}

void Runner::perform(const WaitChange& wanted) {
    wait(QStringLiteral("a change of the picture"), wanted.timeout, Waiting::Needs::kConnection,
         change(watch_, wanted.area));
}

void Runner::perform(const WaitColour& wanted) {
    wait(QStringLiteral("colour %1 at %2,%3")
             .arg(colour_text(wanted.rgb))
             .arg(wanted.at.x())
             .arg(wanted.at.y()),
         wanted.timeout, Waiting::Needs::kConnection, colour(watch_, wanted));
}

void Runner::perform(const WaitState& wanted) {
    const bool over = wanted.until == Until::kEnded || wanted.until == Until::kClosed;
    wait(QStringLiteral("the state"), wanted.timeout,
         over ? Waiting::Needs::kNothing : Waiting::Needs::kConnection,
         state(watch_, wanted.until));
}

void Runner::perform(const WaitSize& wanted) {
    wait(QStringLiteral("a picture of that size"), wanted.timeout, Waiting::Needs::kConnection,
         size(watch_, wanted.size));
}

void Runner::perform(const WaitCursor& wanted) {
    wait(QStringLiteral("the cursor"), wanted.timeout, Waiting::Needs::kConnection,
         cursor(watch_, wanted.cursor));
}

void Runner::perform(const WaitTextField& wanted) {
    wait(QStringLiteral("the text field"), wanted.timeout, Waiting::Needs::kConnection,
         text_field(watch_, wanted));
}

void Runner::perform(const WaitNotice& wanted) {
    wait(QStringLiteral("the notice"), wanted.timeout, Waiting::Needs::kConnection,
         notice(watch_, wanted.code));
}

}  // namespace sudare::probe

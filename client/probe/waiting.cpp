// SPDX-License-Identifier: Apache-2.0
#include "client/probe/waiting.h"

#include <utility>

namespace sudare::probe {

Answer success(QJsonObject fields) { return {true, std::move(fields)}; }

Answer failure(const QString& error, QJsonObject fields) {
    fields["error"] = error;
    return {false, std::move(fields)};
}

Waiting::Waiting(Watch& watch, QObject* parent) : QObject(parent), watch_(watch) {
    deadline_.setSingleShot(true);
    again_.setSingleShot(true);
    again_.setTimerType(Qt::PreciseTimer);
    connect(&watch, &Watch::happened, this, &Waiting::look);
    connect(&again_, &QTimer::timeout, this, [this] { look(Watch::Event::kTime); });
    connect(&deadline_, &QTimer::timeout, this, [this] {
        finish(failure(QStringLiteral("timed out waiting for %1").arg(what_)));
    });
}

void Waiting::begin(const QString& what, std::chrono::milliseconds timeout, Needs needs,
                    Judge judge, Done done) {
    what_ = what;
    needs_ = needs;
    judge_ = std::move(judge);
    done_ = std::move(done);
    deadline_.start(timeout);
    look(Watch::Event::kBegin);
}

void Waiting::look_again_after(std::chrono::microseconds time) {
    again_.start(std::chrono::ceil<std::chrono::milliseconds>(time));
}

void Waiting::look(Watch::Event event) {
    if (!judge_)
        return;
    if (judging_) {
        missed_ = event;
        return;
    }
    judging_ = true;
    std::optional<Answer> found = answer(event);
    while (!found && missed_)
        found = answer(*std::exchange(missed_, std::nullopt));
    missed_.reset();
    judging_ = false;
    if (found)
        finish(*found);
}

std::optional<Answer> Waiting::answer(Watch::Event event) {
    if (needs_ == Needs::kConnection && watch_.session().stage() == client::Stage::kIdle) {
        // stage_changed comes before ended, which tells why.
        if (watch_.ending())
            return failure(QStringLiteral("the connection ended"), watch_.ending_json());
        return event == Watch::Event::kBegin
                   ? std::optional(failure(QStringLiteral("not connected")))
                   : std::nullopt;
    }
    return judge_(event);
}

void Waiting::finish(const Answer& answer) {
    deadline_.stop();
    again_.stop();
    judge_ = nullptr;
    const Done done = std::exchange(done_, nullptr);
    done(answer);
}

}  // namespace sudare::probe

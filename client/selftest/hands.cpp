// SPDX-License-Identifier: Apache-2.0
#include "client/selftest/hands.h"

#include <QEventLoop>
#include <QJsonDocument>

namespace sudare::selftest {

Hands::Hands(const probe::Options& terminal) : terminal_(terminal) {
    runner_ = std::make_unique<probe::Runner>(terminal_, [this](const QByteArray& line) {
        answer_ = QJsonDocument::fromJson(line).object();
    });
}

Hands::~Hands() {
    if (session_)
        ask(QStringLiteral("end"));
    runner_.reset();
    terminal_.password.fill(u'\0');
}

bool Hands::start() {
    const QJsonObject entered = ask(QStringLiteral("start"));
    if (!entered["ok"].toBool()) {
        diagnosis_ = QString::fromUtf8(QJsonDocument(entered).toJson(QJsonDocument::Compact));
        return false;
    }
    session_ = static_cast<quint64>(entered["session"].toInteger());
    return true;
}

QJsonObject Hands::ask(const QString& line) {
    answer_.reset();
    runner_->take_line(line.toStdString());
    QEventLoop loop;
    while (!answer_)  // each command has its own time limit
        loop.processEvents(QEventLoop::WaitForMoreEvents);
    return *answer_;
}

void Hands::settle(int quiet_ms, int timeout_ms) {
    ask(QStringLiteral("wait_still %1 %2").arg(quiet_ms).arg(timeout_ms));
}

QImage Hands::page() const {
    const QImage& whole = picture();
    return whole.copy(0, kPageTop, whole.width(), whole.height() - kPageTop);
}

}  // namespace sudare::selftest

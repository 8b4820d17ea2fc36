// SPDX-License-Identifier: Apache-2.0
#include "client/app/reconnect_page.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>

#include "client/app/theme.h"

namespace sudare::client {
namespace {

constexpr int kDim = 140;                           // of 255: the page stays recognisable
constexpr std::chrono::seconds kCountDownFrom{2};  // shorter waits would only flicker

QString time_text(const QDateTime& time) {
    return QLocale().toString(time.time(), QStringLiteral("H:mm:ss"));
}

}  // namespace

ReconnectPage::ReconnectPage(QWidget* parent) : QWidget(parent) {
    card_ = new QFrame(this);
    card_->setObjectName(QStringLiteral("card"));
    card_->setFixedWidth(62 * kUnit);
    title_ = make_label("messageTitle", card_);
    title_->setText(tr("The connection is interrupted"));
    since_ = make_label("messageWhy", card_);
    kept_ = make_label("messageWhy", card_);
    progress_ = make_label("messageNext", card_);
    hint_ = make_label("hint", card_);
    hint_->setText(tr("What you type now does not arrive. What you typed before is kept."));
    now_ = make_button(tr("Try now"), true, card_);
    give_up_ = make_button(tr("Give up"), false, card_);

    auto* inside = new QVBoxLayout(card_);
    inside->setContentsMargins(4 * kUnit, 3 * kUnit, 4 * kUnit, 3 * kUnit);
    inside->setSpacing(kUnit);
    for (QLabel* label : {title_, since_, kept_, progress_, hint_})
        inside->addWidget(label);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(give_up_);
    buttons->addWidget(now_);
    inside->addSpacing(kUnit);
    inside->addLayout(buttons);
    auto* middle = new QVBoxLayout(this);
    middle->addWidget(card_, 0, Qt::AlignCenter);

    connect(now_, &QPushButton::clicked, this, &ReconnectPage::now_wanted);
    connect(give_up_, &QPushButton::clicked, this, &ReconnectPage::give_up_wanted);
    clock_.setInterval(std::chrono::seconds(1));
    connect(&clock_, &QTimer::timeout, this, &ReconnectPage::tell_progress);
    // The keyboard is here and not on a button: who is typing must press nothing by the next space.
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(title_->text());
    hide();
}

void ReconnectPage::show_interruption(const Interruption& interruption) {
    interruption_ = interruption;
    next_try_ = QDateTime::currentDateTime().addMSecs(interruption.next_try.count());
    since_->setText(tr("Since %1. Sudare is trying to come back by itself.")
                        .arg(time_text(interruption.since)));
    kept_->setText(tr("Your session and its open pages are kept until %1.")
                       .arg(time_text(interruption.kept_until)));
    tell_progress();
    if (isVisible())
        return;
    setAccessibleDescription(since_->text() + u' ' + kept_->text());
    show();
    raise();
    clock_.start();
    setFocus();
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void ReconnectPage::tell_progress() {
    if (!isVisibleTo(parentWidget()) && clock_.isActive())
        return clock_.stop();
    const qint64 left = (QDateTime::currentDateTime().msecsTo(next_try_) + 999) / 1000;  // up: never "0 seconds"
    const bool waits = !interruption_.trying && interruption_.next_try >= kCountDownFrom && left > 0;
    progress_->setText(waits ? tr("Next try in %n second(s).", nullptr, static_cast<int>(left))
                             : tr("Trying to connect…"));
    now_->setEnabled(waits);
}

QString ReconnectPage::text() const {
    return QStringList{title_->text(), since_->text(), kept_->text(), progress_->text(),
                       hint_->text()}
        .join(u'\n');
}

void ReconnectPage::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        now_->click();
    event->accept();
}

void ReconnectPage::paintEvent(QPaintEvent*) {
    QPainter(this).fillRect(rect(), QColor(0, 0, 0, kDim));
}

}  // namespace sudare::client

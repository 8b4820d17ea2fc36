// SPDX-License-Identifier: Apache-2.0
#include "client/app/notice_bar.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QStyle>

#include "client/app/banner.h"
#include "client/app/card.h"
#include "client/app/theme.h"

namespace sudare::client {
namespace {

void set_main(QPushButton& button, bool main) {
    button.setProperty("main", main);
    button.style()->unpolish(&button);
    button.style()->polish(&button);
}

}  // namespace

NoticeBar::NoticeBar(QWidget* parent) : QFrame(parent) {
    setObjectName(QStringLiteral("noticeBar"));
    setAutoFillBackground(true);
    text_ = make_label("noticeText", this);
    yes_ = make_button({}, false, this);
    no_ = make_button({}, true, this);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(2 * kUnit, kUnit, kUnit, kUnit);
    layout->setSpacing(kUnit);
    layout->addWidget(text_, 1);
    layout->addWidget(yes_);
    layout->addWidget(no_);
    timer_.setSingleShot(true);
    connect(&timer_, &QTimer::timeout, this, &NoticeBar::dismiss);
    connect(no_, &QPushButton::clicked, this, &NoticeBar::dismiss);
    connect(yes_, &QPushButton::clicked, this, [this] {
        const auto action = std::exchange(on_yes_, nullptr);
        dismiss();
        if (action)
            action();
    });
    parent->installEventFilter(this);
    hide();
}

void NoticeBar::show_notice(const QString& text) {
    if (asking() || text.isEmpty())
        return;
    yes_->hide();
    no_->setText(tr("Got it"));
    set_main(*no_, false);
    no_->setFocusPolicy(Qt::NoFocus);
    open(text);
    timer_.start(kShown);
}

void NoticeBar::ask(const QString& question, const QString& yes, const QString& no,
                    std::function<void()> on_yes) {
    timer_.stop();
    on_yes_ = std::move(on_yes);
    yes_->setText(yes);
    yes_->show();
    no_->setText(no);
    set_main(*no_, true);
    no_->setFocusPolicy(Qt::StrongFocus);
    open(question);
    no_->setFocus();
}

void NoticeBar::dismiss() {
    timer_.stop();
    const bool asked = asking() || no_->hasFocus() || yes_->hasFocus();
    on_yes_ = nullptr;
    hide();
    if (asked)
        Q_EMIT answered();
}

void NoticeBar::open(const QString& text) {
    text_->setText(text);
    setAccessibleName(text);
    place();
    show();
    raise();
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void NoticeBar::place() {
    const int width = parentWidget()->width();
    const int height = std::max(minimumSizeHint().height(), layout()->heightForWidth(width));
    setGeometry(0, asking() ? Banner::kHeight : parentWidget()->height() - height, width, height);
}

void NoticeBar::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        dismiss();
    else
        QFrame::keyPressEvent(event);
}

bool NoticeBar::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize && watched == parent() && isVisible())
        place();
    return QFrame::eventFilter(watched, event);
}

}  // namespace sudare::client

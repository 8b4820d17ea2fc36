// SPDX-License-Identifier: Apache-2.0
#include "client/app/message_page.h"

#include <QAccessible>
#include <QHBoxLayout>

#include "client/app/theme.h"

namespace sudare::client {

MessagePage::MessagePage(QWidget* parent) : CardPage(76 * kUnit, parent) {
    mark_ = new ToneMark(5 * kUnit, this);
    title_ = make_label("messageTitle", this);
    why_ = make_label("messageWhy", this);
    next_ = make_label("messageNext", this);
    code_ = make_label("supportCode", this);
    code_->setIndent(7 * kUnit);  // under the text, not under the mark
    again_ = make_button(tr("Log in again"), true, this);
    leave_ = make_button(tr("Close"), false, this);

    auto* head = new QHBoxLayout;
    head->setSpacing(2 * kUnit);
    head->addWidget(mark_, 0, Qt::AlignTop);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(kUnit * 3 / 2);
    texts->addWidget(title_);
    texts->addWidget(why_);
    texts->addWidget(next_);
    head->addLayout(texts, 1);
    card()->addLayout(head);

    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(kUnit * 3 / 2);
    buttons->addStretch(1);
    buttons->addWidget(leave_);
    buttons->addWidget(again_);
    card()->addSpacing(2 * kUnit);
    card()->addLayout(buttons);
    card()->addSpacing(kUnit);
    card()->addWidget(code_);

    connect(again_, &QPushButton::clicked, this, &MessagePage::again);
    connect(leave_, &QPushButton::clicked, this, &MessagePage::leave);
}

void MessagePage::show_ending(const Ending& ending, quint64 session) {
    const Explanation said = explain(ending);
    mark_->set_tone(said.tone);
    title_->setText(said.title);
    why_->setText(said.why);
    next_->setText(said.next);
    const QString code = support_code(ending);
    code_->setText(session != 0 ? tr("Support code: %1   Session: %2").arg(code).arg(session)
                                : tr("Support code: %1").arg(code));
    // Nobody calls the help desk about an end that they wanted.
    code_->setVisible(said.tone != Tone::kCalm);
    // Where going on may be wrong, going on is not the button that Enter presses.
    QPushButton* first = said.tone == Tone::kDanger ? leave_ : again_;
    again_->setVisible(said.tone != Tone::kDanger);
    first->setDefault(true);
    first->setFocus();
    setAccessibleName(said.title);
    setAccessibleDescription(said.why + u' ' + said.next);
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

QString MessagePage::text() const {
    return QStringList{title_->text(), why_->text(), next_->text(), code_->text()}.join(u'\n');
}

}  // namespace sudare::client

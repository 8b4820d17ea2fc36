// SPDX-License-Identifier: Apache-2.0
#include "client/app/login_page.h"

#include <QHBoxLayout>
#include <QKeyEvent>

#include "client/app/theme.h"
#include "protocol/core/limits.h"

namespace sudare::client {

void wipe(QString& secret) {
    secret.fill(u'\0');
    secret.clear();
}

LoginPage::LoginPage(QWidget* parent) : CardPage(56 * kUnit, parent) {
    auto* head = new QHBoxLayout;
    auto* mark = new QLabel(this);
    mark->setPixmap(sudare_icon().pixmap(QSize(40, 40), devicePixelRatioF()));
    auto* names = new QVBoxLayout;
    names->setSpacing(0);
    auto* title = make_label("cardTitle", this, false);
    title->setText(tr("Sudare"));
    auto* subtitle = make_label("cardSubtitle", this, false);
    subtitle->setText(tr("Browse the Internet by screen transfer"));
    names->addWidget(title);
    names->addWidget(subtitle);
    head->addWidget(mark, 0, Qt::AlignVCenter);
    head->addSpacing(kUnit);
    head->addLayout(names, 1);
    card()->addLayout(head);
    card()->addSpacing(kUnit);
    alert_ = new Alert(this);
    card()->addWidget(alert_);
    build_fields();
    build_buttons();
    wait_timer_.setInterval(std::chrono::seconds(1));
    connect(&wait_timer_, &QTimer::timeout, this, [this] {
        if (--wait_s_ <= 0)
            wait_timer_.stop();
        update_button();
    });
    begin();
}

QLineEdit* LoginPage::add_field(const QString& text, QLabel** label_out) {
    auto* field = make_field(text, label_out, *card(), this);
    connect(field, &QLineEdit::textChanged, this, &LoginPage::update_button);
    connect(field, &QLineEdit::returnPressed, this, &LoginPage::submit);
    return field;
}

void LoginPage::build_fields() {
    server_ = add_field(tr("Server"));
    server_->setPlaceholderText(tr("for example sudare.city.example.jp"));
    user_ = add_field(tr("User name"));
    user_->setMaxLength(static_cast<int>(limits::kUserNameBytesMax));
    password_ = add_field(tr("Password"));
    password_->setEchoMode(QLineEdit::Password);
    password_->setMaxLength(static_cast<int>(limits::kPasswordBytesMax));
    caps_hint_ = new CapsHint(tr("Caps Lock is on."), this);
    caps_hint_->watch(password_);
    card()->addWidget(caps_hint_);
    reveal_ = new QCheckBox(tr("Show the password"), this);
    card()->addWidget(reveal_);
    connect(reveal_, &QCheckBox::toggled, this, &LoginPage::show_password);
    code_ = add_field(tr("One-time code (6 digits)"), &code_label_);
    make_code_field(*code_);
    ask_code(false);
}

void LoginPage::build_buttons() {
    progress_text_ = make_label("hint", this);
    progress_ = new QProgressBar(this);
    progress_->setRange(0, 0);
    progress_->setTextVisible(false);
    submit_ = make_button(tr("Log in"), true, this);
    submit_->setDefault(true);
    cancel_ = make_button(tr("Cancel"), false, this);
    auto* row = new QHBoxLayout;
    row->addWidget(cancel_);
    row->addWidget(submit_, 1);
    card()->addSpacing(kUnit);
    card()->addWidget(progress_text_);
    card()->addWidget(progress_);
    card()->addLayout(row);
    change_ = make_button(tr("Change password…"), false, this);
    change_->setProperty("flat", true);
    card()->addWidget(change_, 0, Qt::AlignLeft);
    connect(change_, &QPushButton::clicked, this, &LoginPage::change_password_wanted);
    connect(submit_, &QPushButton::clicked, this, &LoginPage::submit);
    connect(cancel_, &QPushButton::clicked, this, &LoginPage::cancelled);
}

void LoginPage::ask_code(bool needed) {
    code_label_->setVisible(needed);
    code_->setVisible(needed);
    if (!needed)
        code_->clear();
    else if (!busy_)
        code_->setFocus();
    update_button();
}

void LoginPage::set_progress(const QString& what) {
    busy_ = !what.isEmpty();
    reveal_->setChecked(false);  // shown for as long as it is typed, never longer
    reveal_->setEnabled(!busy_);
    for (QLineEdit* field : {server_, user_, password_, code_})
        if (field != nullptr)
            field->setEnabled(!busy_);
    progress_text_->setText(what);
    progress_text_->setVisible(busy_);
    progress_->setVisible(busy_);
    progress_->setAccessibleName(what);
    cancel_->setVisible(busy_);
    submit_->setVisible(!busy_);
    change_->setVisible(!busy_);
    if (busy_) {
        alert_->clear();
        cancel_->setFocus();
    }
    update_button();
}

void LoginPage::show_problem(const Explanation& explanation, int wait_s, bool keep_password) {
    set_progress({});
    wait_s_ = wait_s;
    if (wait_s_ > 0)
        wait_timer_.start();
    alert_->show_text(explanation);
    if (!keep_password)
        password_->clear();
    code_->clear();
    update_button();
    focus_first_empty();
}

void LoginPage::show_remark(const Explanation& explanation) {
    begin();
    alert_->show_text(explanation);
}

void LoginPage::clear_remark() {
    if (!busy_)
        alert_->clear();
}

void LoginPage::begin() {
    alert_->clear();
    password_->clear();
    set_progress({});
    caps_hint_->follow();
    focus_first_empty();
}

void LoginPage::submit() {
    if (!submit_->isEnabled() || busy_)
        return focus_first_empty();
    Credentials entered{server(), user(), password_->text(),
                        code_->text().normalized(QString::NormalizationForm_KC)};
    Q_EMIT submitted(entered);
    wipe(entered.password);
}

void LoginPage::focus_first_empty() {
    for (QLineEdit* field : {server_, user_, password_, code_})
        if (!field->isHidden() && field->text().isEmpty())
            return field->setFocus();
    submit_->setFocus();
}

void LoginPage::update_button() {
    if (submit_ == nullptr)
        return;
    const bool code_ready = code_->isHidden() || code_->text().size() == 6;
    change_->setEnabled(!server().isEmpty() && !user().isEmpty());
    submit_->setEnabled(!busy_ && wait_s_ <= 0 && !server().isEmpty() && !user().isEmpty() &&
                        !password_->text().isEmpty() && code_ready);
    submit_->setText(wait_s_ > 0 ? tr("Log in (in %n second(s))", nullptr, wait_s_) : tr("Log in"));
}

// Qt lets an input method into a field that is readable; a password is typed without one either
// way, so that it comes out the same and no input method learns it.
void LoginPage::show_password(bool shown) {
    password_->setEchoMode(shown ? QLineEdit::Normal : QLineEdit::Password);
    password_->setAttribute(Qt::WA_InputMethodEnabled, false);
    password_->setInputMethodHints(password_->inputMethodHints() | Qt::ImhSensitiveData |
                                   Qt::ImhNoAutoUppercase | Qt::ImhNoPredictiveText);
}

void LoginPage::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && busy_)
        Q_EMIT cancelled();
    else
        CardPage::keyPressEvent(event);
}

}  // namespace sudare::client

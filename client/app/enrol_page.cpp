// SPDX-License-Identifier: Apache-2.0
#include "client/app/enrol_page.h"

#include <QHBoxLayout>
#include <QKeyEvent>

#include "client/app/login_page.h"
#include "client/app/second_factor.h"
#include "client/app/theme.h"
#include "protocol/core/limits.h"

namespace sudare::client {
namespace {

constexpr int kModulePixels = 4;

}  // namespace

EnrolPage::EnrolPage(QWidget* parent) : CardPage(56 * kUnit, parent) {
    title_ = make_label("cardTitle", this, false);
    card()->addWidget(title_);
    alert_ = new Alert(this);
    card()->addWidget(alert_);
    who_ = make_label("hint", this);
    card()->addWidget(who_);
    picture_ = make_label("qrCode", this, false);
    picture_->setAlignment(Qt::AlignCenter);
    picture_->setAccessibleName(tr("QR code for the authenticator"));
    card()->addWidget(picture_);
    secret_ = make_label("secret", this);
    secret_->setAlignment(Qt::AlignCenter);
    card()->addWidget(secret_);
    password_ = add_field(tr("Present password"), true, &labels_[0]);
    wanted_ = add_field(tr("New password"), true, &labels_[1]);
    again_ = add_field(tr("New password once more"), true, &labels_[2]);
    auto* caps = new CapsHint(LoginPage::tr("Caps Lock is on."), this);
    for (QLineEdit* field : {password_, wanted_, again_})
        caps->watch(field);
    card()->addWidget(caps);
    code_ = add_field(tr("One-time code (6 digits)"), false, &labels_[3]);
    make_code_field(*code_);
    hint_ = make_label("hint", this);
    card()->addWidget(hint_);
    submit_ = make_button({}, true, this);
    submit_->setDefault(true);
    cancel_ = make_button(tr("Cancel"), false, this);
    auto* row = new QHBoxLayout;
    row->addWidget(cancel_);
    row->addWidget(submit_, 1);
    card()->addSpacing(kUnit);
    card()->addLayout(row);
    connect(submit_, &QPushButton::clicked, this, &EnrolPage::submit);
    connect(cancel_, &QPushButton::clicked, this, &EnrolPage::cancelled);
    show_fields();
}

QLineEdit* EnrolPage::add_field(const QString& text, bool secret, QLabel** label_out) {
    auto* field = make_field(text, label_out, *card(), this);
    if (secret) {
        field->setEchoMode(QLineEdit::Password);
        field->setMaxLength(static_cast<int>(limits::kPasswordBytesMax));
    }
    connect(field, &QLineEdit::textChanged, this, &EnrolPage::update_button);
    connect(field, &QLineEdit::returnPressed, this, &EnrolPage::submit);
    return field;
}

void EnrolPage::begin_password(const QString& user, const Explanation& explanation) {
    begin(Mode::kPassword, user, explanation);
}

void EnrolPage::begin_factor(const QString& user, const Explanation& explanation) {
    begin(Mode::kFactor, user, explanation);
}

void EnrolPage::begin(Mode mode, const QString& user, const Explanation& explanation) {
    clear();
    mode_ = mode;
    user_ = user;
    who_->setText(tr("User: %1").arg(user));
    if (!explanation.title.isEmpty())
        alert_->show_text(explanation);
    show_fields();
    password_->setFocus();
}

void EnrolPage::show_secret(const enrol::FactorSecret& secret) {
    mode_ = Mode::kConfirm;
    alert_->clear();
    picture_->setPixmap(QPixmap::fromImage(qr_code(otpauth_uri(user_, secret.secret), kModulePixels)));
    QString letters = typed_secret(secret.secret);
    letters[letters.size() / 2] = u'\n';  // the space in the middle: two lines of equal length
    secret_->setText(letters);
    code_->clear();
    set_busy(false);
    show_fields();
    code_->setFocus();
}

void EnrolPage::ask_code() {
    code_needed_ = true;
    show_fields();
    code_->setFocus();
}

void EnrolPage::show_fields() {
    const bool confirm = mode_ == Mode::kConfirm, change = mode_ == Mode::kPassword;
    QLineEdit* const fields[] = {password_, wanted_, again_, code_};
    const bool shown[] = {!confirm, change, change, confirm || code_needed_};
    for (int i = 0; i < 4; ++i) {
        labels_[i]->setVisible(shown[i]);
        fields[i]->setVisible(shown[i]);
    }
    picture_->setVisible(confirm);
    secret_->setVisible(confirm);
    title_->setText(change ? tr("Change the password") : tr("Set up one-time codes"));
    submit_->setText(change ? tr("Change") : confirm ? tr("Confirm") : tr("Next"));
    update_button();
}

// Why it cannot be sent yet; empty: it can.
QString EnrolPage::complaint() const {
    const bool code_ready = code_->isHidden() || code_->text().size() == 6;
    switch (mode_) {
        case Mode::kConfirm:
            return code_ready ? QString()
                              : tr("Scan the picture with the authenticator of your phone, or type the "
                                   "letters below it. Then enter the code that it shows.");
        case Mode::kFactor:
            return !password_->text().isEmpty() && code_ready ? QString()
                                                              : tr("Enter your password to begin.");
        case Mode::kPassword:
            break;
    }
    if (password_->text().isEmpty() || !code_ready)
        return tr("Enter the password that is valid now.");
    if (wanted_->text().toUtf8().size() < password_min_)
        return tr("At least %n character(s), without your name in it.", nullptr, password_min_);
    if (wanted_->text() != again_->text())
        return tr("Both new passwords must be the same.");
    return {};
}

void EnrolPage::update_button() {
    const QString why = complaint();
    hint_->setText(busy_ ? tr("Asking the server…") : why);
    submit_->setEnabled(!busy_ && why.isEmpty());
}

void EnrolPage::set_busy(bool busy) {
    busy_ = busy;
    for (QLineEdit* field : {password_, wanted_, again_, code_})
        field->setEnabled(!busy);
    if (busy)
        alert_->clear();
    update_button();
}

void EnrolPage::show_problem(const Explanation& explanation) {
    set_busy(false);
    code_->clear();
    alert_->show_text(explanation);
    (mode_ == Mode::kConfirm || code_needed_ ? code_ : password_)->setFocus();
}

void EnrolPage::clear() {
    for (QLineEdit* field : {password_, wanted_, again_, code_})
        field->clear();
    secret_->clear();
    picture_->clear();
    code_needed_ = false;
    set_busy(false);
    alert_->clear();
}

void EnrolPage::submit() {
    if (!submit_->isEnabled())
        return;
    const QString code = code_->isHidden()
                             ? QString()
                             : code_->text().normalized(QString::NormalizationForm_KC);
    set_busy(true);
    if (mode_ == Mode::kPassword)
        Q_EMIT change_wanted(password_->text(), code, wanted_->text());
    else if (mode_ == Mode::kFactor)
        Q_EMIT factor_wanted(password_->text(), code);
    else
        Q_EMIT confirm_wanted(code);
}

void EnrolPage::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        Q_EMIT cancelled();
    else
        CardPage::keyPressEvent(event);
}

}  // namespace sudare::client

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLineEdit>

#include "client/app/card.h"
#include "protocol/enrol/messages.h"

namespace sudare::client {

// Change of password, and set-up of a second factor. It says what was entered and shows what it is
// told; it knows nothing of connections. Nothing entered outlives the page.
class EnrolPage : public CardPage {
    Q_OBJECT
public:
    explicit EnrolPage(QWidget* parent = nullptr);

    // explanation: why the person is here.
    void begin_password(const QString& user, const Explanation& explanation);
    void begin_factor(const QString& user, const Explanation& explanation);
    // The second step of begin_factor: the secret, and a field for its first code.
    void show_secret(const enrol::FactorSecret& secret);
    // The account has a second factor: its code is needed too.
    void ask_code();
    void set_password_min(int bytes) { password_min_ = bytes; }
    void set_busy(bool busy);
    void show_problem(const Explanation& explanation);
    // Forgets what was entered and shown.
    void clear();

Q_SIGNALS:
    // The texts are the receiver's to wipe.
    void change_wanted(QString password, QString code, QString wanted);
    void factor_wanted(QString password, QString code);
    void confirm_wanted(QString code);
    void cancelled();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    enum class Mode { kPassword, kFactor, kConfirm };
    QLineEdit* add_field(const QString& label, bool secret, QLabel** label_out);
    void begin(Mode mode, const QString& user, const Explanation& explanation);
    void show_fields();
    void submit();
    void update_button();
    [[nodiscard]] QString complaint() const;

    Mode mode_ = Mode::kPassword;
    QString user_;
    int password_min_ = 0;
    bool code_needed_ = false;
    bool busy_ = false;
    QLabel* title_;
    Alert* alert_;
    QLabel* who_;
    QLabel* picture_;
    QLabel* secret_;
    QLabel* labels_[4];  // of the fields below
    QLineEdit* password_;
    QLineEdit* wanted_;
    QLineEdit* again_;
    QLineEdit* code_;
    QLabel* hint_;
    QPushButton* submit_;
    QPushButton* cancel_;
};

}  // namespace sudare::client

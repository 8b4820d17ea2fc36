// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCheckBox>
#include <QLineEdit>
#include <QProgressBar>
#include <QTimer>

#include "client/app/card.h"

namespace sudare::client {

struct Credentials {
    QString server;
    QString user;
    QString password;       // wipe() after use
    QString one_time_code;  // six digits or empty
};

// Overwrites what this string holds, as far as it is not shared.
void wipe(QString& secret);

// The form. It knows nothing of connections: it says what was entered, and shows what it is told.
class LoginPage : public CardPage {
    Q_OBJECT
public:
    explicit LoginPage(QWidget* parent = nullptr);

    void set_server(const QString& server) { server_->setText(server); }
    void set_user(const QString& user) { user_->setText(user); }
    [[nodiscard]] QString server() const { return server_->text().trimmed(); }
    [[nodiscard]] QString user() const { return user_->text().trimmed(); }

    // Shows the field for the code, or hides and empties it.
    void ask_code(bool needed);
    // While something runs the fields are locked and can be cancelled; empty: nothing runs.
    void set_progress(const QString& what);
    // Nothing failed: what was done elsewhere. The fields are ready.
    void show_remark(const Explanation& explanation);
    void clear_remark();
    // Keeps what was entered, except the password unless told so; locks the button for wait_s
    // seconds.
    void show_problem(const Explanation& explanation, int wait_s = 0, bool keep_password = false);
    // Ready for a person: no problem, no progress, the first empty field has the focus.
    void begin();

Q_SIGNALS:
    void submitted(const sudare::client::Credentials& credentials);
    void cancelled();
    void change_password_wanted();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QLineEdit* add_field(const QString& label, QLabel** label_out = nullptr);
    void build_fields();
    void build_buttons();
    void submit();
    void focus_first_empty();
    void update_button();
    void show_password(bool shown);

    QLineEdit* server_ = nullptr;
    QLineEdit* user_ = nullptr;
    QLineEdit* password_ = nullptr;
    QLineEdit* code_ = nullptr;
    QLabel* code_label_ = nullptr;
    CapsHint* caps_hint_ = nullptr;
    QCheckBox* reveal_ = nullptr;
    QLabel* progress_text_ = nullptr;
    QProgressBar* progress_ = nullptr;
    QPushButton* submit_ = nullptr;
    QPushButton* cancel_ = nullptr;
    QPushButton* change_ = nullptr;
    Alert* alert_ = nullptr;
    QTimer wait_timer_;
    int wait_s_ = 0;
    bool busy_ = false;
};

}  // namespace sudare::client

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStackedWidget>

#include "client/app/enrol_page.h"
#include "client/app/login_page.h"
#include "client/app/message_page.h"
#include "client/app/session_page.h"

namespace sudare::client {

// The one window: log-in, session, or message. It shows; the controller decides.
class MainWindow : public QWidget {
    Q_OBJECT
public:
    MainWindow(RemoteView::Picture picture, InputSender& input);

    void show_login();
    void show_session(const QString& user);
    void show_enrolment();
    void show_ending(const Ending& ending, quint64 session);
    [[nodiscard]] bool shows_login() const { return pages_->currentWidget() == login_; }
    [[nodiscard]] bool shows_session() const { return pages_->currentWidget() == session_; }

    [[nodiscard]] LoginPage& login() { return *login_; }
    [[nodiscard]] EnrolPage& enrolment() { return *enrolment_; }
    [[nodiscard]] bool shows_enrolment() const { return pages_->currentWidget() == enrolment_; }
    [[nodiscard]] SessionPage& session() { return *session_; }
    [[nodiscard]] MessagePage& message() { return *message_; }

    void set_full_screen(bool full);
    void toggle_full_screen() { set_full_screen(!isFullScreen()); }
    // The size outside full screen, for the settings.
    [[nodiscard]] QSize normal_size() const { return normalGeometry().size(); }
    // Closing is permitted from now on.
    void permit_close() { may_close_ = true; }

Q_SIGNALS:
    // Somebody closes the window: emitted instead while it may not close.
    void close_wanted();
    void closing();

protected:
    void closeEvent(QCloseEvent* event) override;
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    QStackedWidget* pages_;
    LoginPage* login_;
    EnrolPage* enrolment_;
    SessionPage* session_;
    MessagePage* message_;
    bool may_close_ = false;
    bool was_maximized_ = false;
};

}  // namespace sudare::client

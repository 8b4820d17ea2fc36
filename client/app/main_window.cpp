// SPDX-License-Identifier: Apache-2.0
#include "client/app/main_window.h"

#include <QCloseEvent>
#include <QVBoxLayout>
#include <QWindow>

#include "client/app/theme.h"
#include "client/platform/window_guard.h"

namespace sudare::client {

MainWindow::MainWindow(RemoteView::Picture picture, InputSender& input) {
    setWindowTitle(tr("Sudare"));
    setWindowIcon(sudare_icon());
    setMinimumSize(560, 420);
    pages_ = new QStackedWidget(this);
    login_ = new LoginPage;
    enrolment_ = new EnrolPage;
    session_ = new SessionPage(std::move(picture), input);
    message_ = new MessagePage;
    for (QWidget* page : {static_cast<QWidget*>(login_), static_cast<QWidget*>(enrolment_),
                          static_cast<QWidget*>(session_), static_cast<QWidget*>(message_)})
        pages_->addWidget(page);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(pages_);
    connect(&session_->banner(), &Banner::full_screen_wanted, this,
            &MainWindow::toggle_full_screen);
}

void MainWindow::show_login() {
    set_full_screen(false);
    setWindowTitle(tr("Sudare"));
    pages_->setCurrentWidget(login_);
    login_->begin();
}

void MainWindow::show_enrolment() {
    set_full_screen(false);
    setWindowTitle(tr("Sudare"));
    pages_->setCurrentWidget(enrolment_);
}

// Nothing of the page's own title is ever known here, so the window's title says the zone.
void MainWindow::show_session(const QString& user) {
    setWindowTitle(tr("Internet - Sudare"));
    pages_->setCurrentWidget(session_);
    session_->begin(user);
}

void MainWindow::show_ending(const Ending& ending, quint64 session) {
    set_full_screen(false);
    setWindowTitle(tr("Sudare"));
    pages_->setCurrentWidget(message_);
    message_->show_ending(ending, session);
}

void MainWindow::set_full_screen(bool full) {
    if (full == isFullScreen())
        return;
    if (full) {
        was_maximized_ = isMaximized();
        showFullScreen();
    } else if (was_maximized_) {
        showMaximized();
    } else {
        showNormal();
    }
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (shows_session() && !may_close_) {
        event->ignore();
        Q_EMIT close_wanted();
        return;
    }
    event->accept();
    Q_EMIT closing();
}

void MainWindow::changeEvent(QEvent* event) {
    if (event->type() == QEvent::WindowStateChange)
        session_->banner().set_full_screen(isFullScreen());
    QWidget::changeEvent(event);
}

void MainWindow::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    platform::guard_against_capture(*windowHandle());
    connect(windowHandle(), &QWindow::screenChanged, &session_->view(), &RemoteView::follow_display,
            Qt::UniqueConnection);
}

}  // namespace sudare::client

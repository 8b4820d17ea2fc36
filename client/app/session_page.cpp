// SPDX-License-Identifier: Apache-2.0
#include "client/app/session_page.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QProgressBar>
#include <QVBoxLayout>

#include "client/app/theme.h"

namespace sudare::client {

WaitingPage::WaitingPage(QWidget* parent) : CardPage(48 * kUnit, parent) {
    setAutoFillBackground(true);
    auto* title = make_label("messageTitle", this);
    title->setText(QCoreApplication::translate("WaitingPage", "Your browser is being started"));
    auto* text = make_label("messageWhy", this);
    text->setText(QCoreApplication::translate(
        "WaitingPage", "It runs on a server in the Internet zone. This takes a few seconds."));
    auto* progress = new QProgressBar(this);
    progress->setRange(0, 0);
    progress->setTextVisible(false);
    progress->setAccessibleName(title->text());
    card()->addWidget(title);
    card()->addWidget(text);
    card()->addSpacing(kUnit);
    card()->addWidget(progress);
    card()->addSpacing(kUnit / 2);
}

SessionPage::SessionPage(RemoteView::Picture picture, InputSender& input, QWidget* parent)
    : QWidget(parent) {
    banner_ = new Banner(this);
    frame_ = new QFrame(this);
    frame_->setObjectName(QStringLiteral("frame"));
    view_ = new RemoteView(std::move(picture), input, frame_);
    waiting_ = new WaitingPage(frame_);
    reconnect_ = new ReconnectPage(frame_);
    notices_ = new NoticeBar(this);

    auto* inside = new QVBoxLayout(frame_);
    inside->setContentsMargins(kBorder, kBorder, kBorder, kBorder);
    inside->addWidget(view_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(banner_);
    layout->addWidget(frame_, 1);

    connect(banner_, &Banner::zoom_wanted, view_, &RemoteView::set_zoom);
    connect(view_, &RemoteView::zoom_changed, banner_, &Banner::set_zoom);
    connect(view_, &RemoteView::composed_there, banner_, &Banner::set_composed_there);
    connect(banner_, &Banner::start_page_wanted, view_, &RemoteView::go_to_start_page);
    connect(&mark_clock_, &QTimer::timeout, this, &SessionPage::tell_mark);
    const auto to_view = [this] { view_->setFocus(); };
    connect(banner_, &Banner::left, this, to_view);
    connect(notices_, &NoticeBar::answered, this, to_view);
    connect(banner_, &Banner::permission_wanted, this, &SessionPage::ask_permission);
    connect(view_, &RemoteView::paste_dropped, this, [this](int count) {
        notices_->show_notice(
            tr("%n pasted character(s) were not sent: only typed text may go to the Internet.",
               nullptr, count));
    });
    connect(view_, &RemoteView::text_left_out, this, [this](int count) {
        notices_->show_notice(tr(
            "%n character(s) cannot be sent to the Internet and were left out.", nullptr, count));
    });
}

void SessionPage::begin(const QString& user) {
    banner_->set_user(user);
    mark_.user = user;
    mark_.fields = 0;
    tell_mark();
    banner_->set_session({});
    banner_->set_link(LinkState::kStarting);
    notices_->dismiss();
    reconnect_->hide();
    waiting_->show();
    waiting_->raise();
    view_->setFocus();
}

void SessionPage::set_state(const wire::SessionState& state) {
    banner_->set_session(state);
    mark_.fields = state.watermark;
    mark_.session = state.session;
    tell_mark();
    view_->set_text_permitted((state.restrictions & wire::kRestrictText) == 0);
}

void SessionPage::tell_mark() {
    mark_.time = QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd HH:mm"));
    view_->set_watermark(mark_);
    if (view_->watermark().shows_time())
        mark_clock_.start(std::chrono::seconds(60 - QTime::currentTime().second()));
    else
        mark_clock_.stop();
}

void SessionPage::set_running(bool running) {
    banner_->set_link(running ? LinkState::kConnected : LinkState::kStarting);
    view_->set_live(running);
}

void SessionPage::set_interrupted(const std::optional<Interruption>& interruption) {
    if (interruption) {
        banner_->set_link(LinkState::kInterrupted);
        return reconnect_->show_interruption(*interruption);
    }
    const bool was = reconnect_->isVisible();
    reconnect_->hide();
    if (was)
        view_->setFocus();
}

void SessionPage::show_changes(const Presented& presented) {
    waiting_->hide();
    view_->show_changes(presented);
}

void SessionPage::show_notice(const wire::Notice& notice) {
    if (notice.code != wire::NoticeCode::kSiteRefused)
        notices_->show_notice(text_of(notice));
    else if (view_->acted_within(kActed)) {
        refused_rule_ = notice.a;
        banner_->show_aside(text_of(notice), may_be_permitted(notice));
    }
}

void SessionPage::ask_permission() {
    notices_->ask(
        tr("Ask the administrators to permit this site for you? They see your name and the name of the site."),
        tr("Ask"), tr("Not now"), [this, rule = refused_rule_] {
            banner_->show_aside({});
            Q_EMIT permission_asked(rule);
        });
}

void SessionPage::ask_end(std::function<void()> on_yes) {
    notices_->ask(tr("End the session? All open pages are closed and erased."), tr("End"),
                  tr("Go on browsing"), std::move(on_yes));
}

void SessionPage::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    layout()->activate();
    frame_->layout()->activate();
    const QRect inside = frame_->contentsRect().adjusted(kBorder, kBorder, -kBorder, -kBorder);
    waiting_->setGeometry(inside);
    reconnect_->setGeometry(inside);
}

}  // namespace sudare::client

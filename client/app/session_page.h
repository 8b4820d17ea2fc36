// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/app/banner.h"
#include "client/app/card.h"
#include "client/app/notice_bar.h"
#include "client/app/reconnect_page.h"
#include "client/app/remote_view.h"

namespace sudare::client {

// Shown over the picture's place until the first picture is there.
class WaitingPage : public CardPage {
public:
    explicit WaitingPage(QWidget* parent);
};

// Banner, border and picture. The picture's widget lies inside the border, and both inside the
// window below the banner: remote pixels cannot be anywhere else.
class SessionPage : public QWidget {
    Q_OBJECT
public:
    SessionPage(RemoteView::Picture picture, InputSender& input, QWidget* parent = nullptr);

    // A new session begins: nothing of the one before is left.
    void begin(const QString& user);
    void set_state(const wire::SessionState& state);
    void set_numbers(const LinkNumbers& numbers) { banner_->set_numbers(numbers); }
    // This terminal's name, for the watermark.
    void set_terminal(const QString& name) { mark_.terminal = name; }
    void set_running(bool running);
    void show_changes(const Presented& presented);
    void show_notice(const wire::Notice& notice);
    void ask_end(std::function<void()> on_yes);
    // The connection is lost: the last picture stays, dimmed and without input. nullopt: it is back.
    void set_interrupted(const std::optional<Interruption>& interruption);

    [[nodiscard]] RemoteView& view() { return *view_; }
    [[nodiscard]] Banner& banner() { return *banner_; }
    [[nodiscard]] NoticeBar& notices() { return *notices_; }
    [[nodiscard]] ReconnectPage& reconnect() { return *reconnect_; }

    // A refused site is told when the person did something this long before it at most: browsers
    // and pages connect to sites by themselves all day.
    static constexpr std::chrono::seconds kActed{5};
    static constexpr int kBorder = 4;  // logical pixels

protected:
    void resizeEvent(QResizeEvent* event) override;

Q_SIGNALS:
    void permission_asked(quint32 rule);

private:
    void ask_permission();
    void tell_mark();

    Banner* banner_;
    QFrame* frame_;
    RemoteView* view_;
    WaitingPage* waiting_;
    ReconnectPage* reconnect_;
    NoticeBar* notices_;
    quint32 refused_rule_ = 0;
    Watermark::Facts mark_;
    QTimer mark_clock_;
};

}  // namespace sudare::client

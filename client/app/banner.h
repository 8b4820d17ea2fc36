// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDateTime>
#include <QFrame>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QTimer>

#include "client/app/bar_popup.h"
#include "protocol/wire/messages.h"

namespace sudare::client {

enum class LinkState { kStarting, kConnected, kInterrupted, kEnding };

// The bar over the remote picture: which zone this is, who is there, how long still, how good the
// connection is, what is restricted, and the ways out. Drawn by the viewer alone; no remote pixel
// ever comes into its rectangle, and nothing in it comes from the Internet side but numbers.
class Banner : public QFrame {
    Q_OBJECT
public:
    explicit Banner(QWidget* parent = nullptr);

    void set_user(const QString& user);
    void set_session(const wire::SessionState& state);
    void set_link(LinkState state);
    void set_numbers(const LinkNumbers& numbers);
    void set_zoom(int percent);
    // Japanese is composed by an input method of the session, not by the terminal's.
    void set_composed_there(bool composed_there);
    void set_full_screen(bool full);
    // A remark in the middle of the bar that covers nothing and goes away by itself.
    // `may_ask`: with a button by which the person asks for permission.
    void show_aside(const QString& text, bool may_ask = false);
    [[nodiscard]] QString aside() const { return aside_text_; }
    // Puts the keyboard into the bar, on its first button; Tab goes through the others.
    void take_focus();

    [[nodiscard]] QStringList restrictions() const;
    // Whether the session's screen is being recorded; the bar says so as long as it is.
    [[nodiscard]] bool recorded() const { return (restriction_bits_ & wire::kStateRecorded) != 0; }

    static constexpr int kHeight = 40;  // logical pixels
    static constexpr std::chrono::seconds kAsideShown{8};
    static constexpr std::chrono::seconds kOfferShown{20};  // time to read it and to decide
    static constexpr int kAsideWidth = 560;  // logical pixels at most
    static constexpr int kHurrySeconds = 300;  // the last minutes are told by colour and word

Q_SIGNALS:
    void start_page_wanted();
    void zoom_wanted(int percent);
    void full_screen_wanted();
    void end_wanted();
    void permission_wanted();
    void left();  // Escape: the keyboard goes back to the picture

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void lay_out(QLabel* icon);
    void show_restrictions();
    void show_recording();
    void tell_recording(bool before);
    void show_quality();
    void show_more();
    void tell_link();
    void tell_time();
    void fit();

    QLabel* brand_;
    QLabel* zone_;
    QLabel* user_;
    QLabel* session_;
    QLabel* typing_;
    QLabel* time_;
    QLabel* dot_;
    QLabel* aside_;
    QString aside_text_;
    QTimer aside_timer_;
    QPushButton* ask_;
    QPushButton* link_;
    QPushButton* start_page_;
    QPushButton* zoom_out_;
    QPushButton* zoom_level_;
    QPushButton* zoom_in_;
    QPushButton* restrictions_;
    QPushButton* recorded_;
    QPushButton* full_screen_;
    QPushButton* more_;
    QPushButton* end_;
    QPointer<QualityPopup> quality_;
    LinkState link_state_ = LinkState::kStarting;
    LinkNumbers numbers_;
    int zoom_ = 100;
    quint16 restriction_bits_ = 0;
    bool keyboard_ = true;
    bool composed_there_ = false;
    QTimer clock_;
    QDateTime over_at_;  // the session's end by its total time; invalid: none
};

}  // namespace sudare::client

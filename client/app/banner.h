// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <QTimer>

#include "protocol/wire/messages.h"

namespace sudare::client {

enum class LinkState { kStarting, kConnected, kInterrupted, kEnding };

// The bar over the remote picture: which zone this is, who is there, what is restricted, and the
// ways out. Drawn by the viewer alone; no remote pixel ever comes into its rectangle, and nothing
// in it comes from the Internet side but numbers.
class Banner : public QFrame {
    Q_OBJECT
public:
    explicit Banner(QWidget* parent = nullptr);

    void set_user(const QString& user);
    void set_session(const wire::SessionState& state);
    void set_link(LinkState state);
    void set_full_screen(bool full);
    // A remark in the middle of the bar that covers nothing and goes away by itself.
    void show_aside(const QString& text);
    [[nodiscard]] QString aside() const { return aside_text_; }
    // Puts the keyboard into the bar.
    void take_focus() { restrictions_->setFocus(Qt::ShortcutFocusReason); }

    [[nodiscard]] QStringList restrictions() const;

    static constexpr int kHeight = 40;  // logical pixels
    static constexpr std::chrono::seconds kAsideShown{8};

Q_SIGNALS:
    void full_screen_wanted();
    void end_wanted();
    void left();  // Escape: the keyboard goes back to the picture

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void show_restrictions();
    void fit();

    QLabel* brand_;
    QLabel* zone_;
    QLabel* user_;
    QLabel* session_;
    QLabel* link_;
    QLabel* dot_;
    QLabel* aside_;
    QString aside_text_;
    QTimer aside_timer_;
    QPushButton* restrictions_;
    QPushButton* full_screen_;
    QPushButton* end_;
    quint16 restriction_bits_ = 0;
};

}  // namespace sudare::client

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <QTimer>
#include <functional>

namespace sudare::client {

// One line over the border's whole width, where no page can draw, so that a person can tell it from a
// page that imitates it: a notice at the lower edge, because above would lie the tabs and the
// address; a question right under the banner, whose buttons ask it. It lies over the picture instead of pushing it
// down, because a smaller picture would make the browser lay out again.
class NoticeBar : public QFrame {
    Q_OBJECT
public:
    explicit NoticeBar(QWidget* parent);

    // Goes away by itself. Takes no focus. Never replaces a question.
    void show_notice(const QString& text);
    // Stays until it is answered; takes the keyboard. `no` is what Escape and Enter say.
    void ask(const QString& question, const QString& yes, const QString& no,
             std::function<void()> on_yes);
    void dismiss();

    [[nodiscard]] bool asking() const { return static_cast<bool>(on_yes_); }
    [[nodiscard]] QString text() const { return text_->text(); }

    static constexpr std::chrono::seconds kShown{8};

Q_SIGNALS:
    // A question was answered or withdrawn: the keyboard can go back to the picture.
    void answered();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void open(const QString& text);
    void place();
    bool eventFilter(QObject* watched, QEvent* event) override;

    QLabel* text_;
    QPushButton* yes_;
    QPushButton* no_;
    QTimer timer_;
    std::function<void()> on_yes_;
};

}  // namespace sudare::client

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "client/app/texts.h"

// What the log-in and the messages have in common.
namespace sudare::client {

// A page with one card in its middle, which scrolls when the window is smaller than the card.
class CardPage : public QWidget {
public:
    explicit CardPage(int card_width, QWidget* parent);

protected:
    void showEvent(QShowEvent* event) override;
    [[nodiscard]] QVBoxLayout* card() { return card_; }

private:
    QVBoxLayout* card_;
};

// Wrapped text that can be read, and copied to nowhere.
QLabel* make_label(const char* name, QWidget* parent, bool wrapped = true);
// A field that takes nothing by drag and drop, with its label over it; the layout is the card's.
QLineEdit* make_field(const QString& text, QLabel** label_out, QVBoxLayout& card, QWidget* parent);
// Six digits. An input method may be in full-width mode; the digits mean the same (NFKC).
void make_code_field(QLineEdit& field);

// Says that Caps Lock is on, while a password is typed into one of the fields that it watches.
class CapsHint : public QLabel {
public:
    CapsHint(const QString& text, QWidget* parent);
    void watch(QLineEdit* field);
    void follow();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QList<QLineEdit*> fields_;
};

QPushButton* make_button(const QString& text, bool main, QWidget* parent);

// A small round sign for the tone of a message: tick, i, or exclamation mark.
class ToneMark : public QWidget {
public:
    ToneMark(int diameter, QWidget* parent);
    void set_tone(Tone tone);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Tone tone_ = Tone::kNotice;
};

// A message inside a card: title, and what to do. Hidden while there is none.
class Alert : public QFrame {
    Q_OBJECT
public:
    explicit Alert(QWidget* parent);
    void show_text(const Explanation& explanation);
    void clear();
    [[nodiscard]] QString text() const;

private:
    QLabel* title_;
    QLabel* body_;
};

}  // namespace sudare::client

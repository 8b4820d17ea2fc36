// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSlider>
#include <QWidget>

#include "client/app/options.h"
#include "client/app/remote_view.h"
#include "client/app/replay_timeline.h"
#include "client/core/replay.h"

class QApplication;
class QBoxLayout;
class QComboBox;

namespace sudare::client {

// Where the pointer was, over the picture; takes no part in anything.
class PointerMark : public QWidget {
public:
    explicit PointerMark(QWidget* parent);
    void move_to(QPointF centre);
    void set_pressed(bool pressed);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    bool pressed_ = false;
};

// A recording as a reviewer watches it: a bar that says that this is one, of which session and
// when, the picture without hands, and what moves it: play and pause (Space), ten seconds back and
// forth (Left, Right), one picture (comma, full stop), speed (minus, plus), and the time line. With
// the events of the session, a list of them and jumps to the next refused try (R) or destination (D);
// with Shift to the one before. What it plays must outlive it.
class ReplayWindow : public QWidget {
    Q_OBJECT
public:
    explicit ReplayWindow(Replay& replay);
    [[nodiscard]] const QLabel& bar() const { return *bar_; }
    void set_events(ReplayEvents events);
    void show_trouble(const QString& text);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void make_controls(QBoxLayout& layout);
    QLayout* make_buttons();
    QPushButton* control(const char* name, const QString& text, const QString& tip);
    void jump(ReplayEvent::Kind kind, bool forward);
    void enable_jumps();
    void change_speed(int by);
    void show_position(quint32 position_ms);
    void fit_picture(const QSize& size);
    void step(int seconds);
    [[nodiscard]] QString heading() const;

    Replay& replay_;
    InputSender nobody_;  // takes what hands do, and sends it nowhere
    QLabel* bar_;
    QLabel* message_;
    QScrollArea* area_;
    RemoteView* view_;
    PointerMark* pointer_;
    ReplayEvents known_;
    EventList* events_;
    EventStrip* strip_;
    QPushButton* play_;
    QPushButton* refused_;
    QPushButton* destination_;
    QSlider* line_;
    QLabel* time_;
    QComboBox* speed_;
};

// `passphrase`: of the key file; empty: asked for. `print` tells programs that drive the viewer:
// "REPLAY READY <ms>", and for each picture that stands still "REPLAY AT <ms> <sequence> <SHA-256>"
// (of rows of red, green, blue). The exit status of the program.
int run_replay(QApplication& application, const Options& options, QByteArray& passphrase,
               void (*print)(const QByteArray& line));

}  // namespace sudare::client

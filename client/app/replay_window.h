// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSlider>
#include <QWidget>

#include "client/app/options.h"
#include "client/app/remote_view.h"
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
// forth (Left, Right), speed, and the time line. What it plays must outlive it.
class ReplayWindow : public QWidget {
    Q_OBJECT
public:
    explicit ReplayWindow(Replay& replay);
    [[nodiscard]] const QLabel& bar() const { return *bar_; }

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void make_controls(QBoxLayout& layout);
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
    QPushButton* play_;
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

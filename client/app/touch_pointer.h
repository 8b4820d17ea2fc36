// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QPointF>
#include <QTimer>
#include <functional>

class QTouchEvent;

namespace sudare::client {

// A finger as the pointer that the wire knows: a tap is a click, a finger that is held still is the
// right button, a finger that moves scrolls the page under it. Further fingers are ignored: zoom is
// the viewer's own. GUI thread.
class TouchPointer : public QObject {
   public:
    // Positions are logical pixels of the widget; steps are in 1/120 of a notch, positive right and
    // down, as wire::Wheel.
    struct Hands {
        std::function<QPointF(QPointF screen)> place;  // of the screen in the widget
        std::function<void(QPointF at)> move;
        std::function<void(Qt::MouseButton button)> click;
        std::function<void(QPoint step)> scroll;
    };
    explicit TouchPointer(Hands hands, QObject* parent = nullptr);

    void take(const QTouchEvent& event);

    static constexpr int kSlop = 10;                            // logical pixels that a tap may wander
    static constexpr std::chrono::milliseconds kHold{600};      // then it is the right button
    // Chromium scrolls 100 logical pixels for a notch, so the page follows the finger.
    static constexpr double kStepPerPixel = 120.0 / 100;

   private:
    enum class Stage { kUp, kDown, kScrolling, kHeld };
    void begin(QPointF at);
    void drag(QPointF at);
    void end();

    Hands hands_;
    Stage stage_ = Stage::kUp;
    int finger_ = -1;
    QPointF begun_, last_;
    QPointF rest_;  // parts of a step that were too small to send
    QTimer hold_;
};

}  // namespace sudare::client

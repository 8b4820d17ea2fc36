// SPDX-License-Identifier: Apache-2.0
#include "client/app/touch_pointer.h"

#include <QLineF>
#include <QTouchEvent>
#include <cmath>

namespace sudare::client {

TouchPointer::TouchPointer(Hands hands, QObject* parent)
    : QObject(parent), hands_(std::move(hands)) {
    hold_.setSingleShot(true);
    hold_.setInterval(kHold);
    connect(&hold_, &QTimer::timeout, this, [this] {
        if (stage_ != Stage::kDown)
            return;
        stage_ = Stage::kHeld;
        hands_.click(Qt::RightButton);
    });
}

void TouchPointer::take(const QTouchEvent& event) {
    if (event.type() == QEvent::TouchCancel) {
        hold_.stop();
        stage_ = Stage::kUp;
        finger_ = -1;
        return;
    }
    for (const QEventPoint& point : event.points()) {
        if (finger_ < 0 && point.state() == QEventPoint::Pressed) {
            finger_ = point.id();
            begin(hands_.place(point.globalPosition()));
        } else if (point.id() != finger_) {
            continue;
        } else if (point.state() == QEventPoint::Updated) {
            drag(hands_.place(point.globalPosition()));
        } else if (point.state() == QEventPoint::Released) {
            end();
        }
    }
}

void TouchPointer::begin(QPointF at) {
    begun_ = last_ = at;
    rest_ = {};
    stage_ = Stage::kDown;
    hands_.move(at);
    hold_.start();
}

void TouchPointer::drag(QPointF at) {
    if (stage_ == Stage::kDown && QLineF(begun_, at).length() > kSlop) {
        hold_.stop();
        stage_ = Stage::kScrolling;
    }
    if (stage_ != Stage::kScrolling)
        return;
    // The page goes with the finger: down with the finger is up with the wheel.
    rest_ += (last_ - at) * kStepPerPixel;
    last_ = at;
    const QPoint whole(static_cast<int>(std::trunc(rest_.x())), static_cast<int>(std::trunc(rest_.y())));
    if (whole.isNull())
        return;
    rest_ -= whole;
    hands_.scroll(whole);
}

void TouchPointer::end() {
    hold_.stop();
    if (stage_ == Stage::kDown)
        hands_.click(Qt::LeftButton);
    stage_ = Stage::kUp;
    finger_ = -1;
}

}  // namespace sudare::client

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPoint>
#include <QRect>
#include <QSize>
#include <cstdint>
#include <optional>

#include "protocol/core/terminal.h"
#include "protocol/wire/messages.h"

// Between a widget's logical coordinates and the canvas's device pixels. The picture is shown
// 1:1 in device pixels from the one that is nearest to the widget's top left.
namespace sudare::client {

// The device pixel of the window on which the picture begins, whose widget begins at this logical place.
QPoint picture_origin(QPointF widget_in_window, qreal ratio);

// The canvas pixel under a logical position in the window, clamped to the canvas: a drag that leaves
// the picture still has a position. Not from a position in the widget: Qt rounds those to logical pixels.
wire::PointerMove to_canvas(QPointF in_window, QPoint origin, qreal ratio, QSize canvas);

// The smallest logical rectangle that covers these device pixels.
QRect to_logical(QRect device, qreal ratio);

// What to ask the session for: the widget's device pixels, clamped to the protocol's limits, and
// the scale in 1/120: the screen's times the zoom in percent.
Display display_for(QSize logical, qreal ratio, int zoom = 100);

// angleDelta of Qt (120 = one notch, positive = away from the user and left) to the wire's
// (positive = right and down), clamped to one message. Returns nothing for a zero step.
std::optional<wire::Wheel> wheel_step(QPoint angle_delta);

std::optional<wire::Button> button_of(Qt::MouseButton button);

}  // namespace sudare::client

// SPDX-License-Identifier: Apache-2.0
#include "client/core/pointer_map.h"

#include <algorithm>
#include <cmath>

#include "protocol/core/limits.h"

namespace sudare::client {
namespace {

std::uint16_t clamp_to(double value, int count) {
    const double last = std::max(0, count - 1);
    return static_cast<std::uint16_t>(std::clamp(std::floor(value), 0.0, last));
}

std::int16_t clamp_step(int step) {
    const int most = limits::kWheelStepMax;
    return static_cast<std::int16_t>(std::clamp(step, -most, most));
}

}  // namespace

QPoint picture_origin(QPointF widget_in_window, qreal ratio) {
    return {static_cast<int>(std::round(widget_in_window.x() * ratio)),
            static_cast<int>(std::round(widget_in_window.y() * ratio))};
}

wire::PointerMove to_canvas(QPointF in_window, QPoint origin, qreal ratio, QSize canvas) {
    // Qt has divided whole device pixels by the ratio: what the division lost must not cost a pixel.
    constexpr double kLost = 1.0 / 64;
    return {clamp_to(in_window.x() * ratio + kLost - origin.x(), canvas.width()),
            clamp_to(in_window.y() * ratio + kLost - origin.y(), canvas.height())};
}

QRect to_logical(QRect device, qreal ratio) {
    const int left = static_cast<int>(std::floor(device.x() / ratio));
    const int top = static_cast<int>(std::floor(device.y() / ratio));
    const int right = static_cast<int>(std::ceil((device.x() + device.width()) / ratio));
    const int bottom = static_cast<int>(std::ceil((device.y() + device.height()) / ratio));
    return {left, top, right - left, bottom - top};
}

Display display_for(QSize logical, qreal ratio, int zoom) {
    const auto pixels = [ratio](int length, int low, int high) {
        const int device = static_cast<int>(std::floor(length * ratio + 0.001));
        return static_cast<std::uint32_t>(std::clamp(device, low, high));
    };
    const auto size = Size::make(pixels(logical.width(), limits::kWidthMin, limits::kWidthMax),
                                 pixels(logical.height(), limits::kHeightMin, limits::kHeightMax));
    const double scale = std::clamp(std::round(ratio * 120 * zoom / 100), double{limits::kScaleMin},
                                    double{limits::kScaleMax});
    return {*size, static_cast<std::uint16_t>(scale)};
}

std::optional<wire::Wheel> wheel_step(QPoint angle_delta) {
    if (angle_delta.isNull())
        return std::nullopt;
    return wire::Wheel{clamp_step(-angle_delta.x()), clamp_step(-angle_delta.y())};
}

std::optional<wire::Button> button_of(Qt::MouseButton button) {
    switch (button) {
        case Qt::LeftButton:    return wire::Button::kLeft;
        case Qt::MiddleButton:  return wire::Button::kMiddle;
        case Qt::RightButton:   return wire::Button::kRight;
        case Qt::BackButton:    return wire::Button::kBack;
        case Qt::ForwardButton: return wire::Button::kForward;
        default:                return std::nullopt;
    }
}

}  // namespace sudare::client

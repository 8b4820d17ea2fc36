// SPDX-License-Identifier: Apache-2.0
#include "client/app/remote_view.h"

#include <QGuiApplication>
#include <QInputMethod>
#include <QPaintEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "client/app/cursor_shapes.h"
#include "client/app/theme.h"
#include "client/core/pointer_map.h"
#include "client/core/zoom.h"

// Picture, caret and composition. Keys, pointer and committed text: remote_input.cpp.
namespace sudare::client {

RemoteView::RemoteView(Picture picture, InputSender& input, QWidget* parent)
    : QWidget(parent),
      picture_(std::move(picture)),
      input_(input),
      scan_codes_(scan_codes_of(QGuiApplication::platformName().toStdString())),
      touch_(fingers()) {
    setObjectName(QStringLiteral("remote"));
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAttribute(Qt::WA_InputMethodEnabled, false);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_AcceptTouchEvents);
    setAcceptDrops(false);
    setContextMenuPolicy(Qt::PreventContextMenu);  // the right button belongs to the page
    setMinimumSize(80, 60);
    setAccessibleName(tr("Browser in the Internet zone"));
    setAccessibleDescription(
        tr("Ctrl+Alt+Home goes to the bar, Ctrl+Alt+Enter to full screen, Ctrl+Alt+End ends."));
}

void RemoteView::set_live(bool live) {
    live_ = live;
    if (live) {
        take_keyboard();
        return follow_display();
    }
    field_ = {};
    caret_.reset();
    acted_.invalidate();
    update_input_method();
    Q_EMIT composed_there(false);
    unsetCursor();
}

void RemoteView::set_text_permitted(bool permitted) {
    text_permitted_ = permitted;
    update_input_method();
}

void RemoteView::set_text_field(const wire::TextField& field) {
    field_ = field;
    if (field.active && field.height > 0)
        caret_ = QRect(field.x, field.y, field.width, field.height);
    update_input_method();
    repaint_composition();
    if (hasFocus())
        QGuiApplication::inputMethod()->update(Qt::ImCursorRectangle | Qt::ImHints);
    Q_EMIT composed_there(field.active && field.composed_there);
}

void RemoteView::set_cursor(wire::Cursor cursor) {
    setCursor(cursor_shape(cursor));
}

void RemoteView::show_changes(const Presented& presented) {
    if (presented.resized)
        return update();
    const qreal ratio = devicePixelRatioF();
    // At a fractional scale the picture may begin between two logical pixels.
    const int spare = ratio == std::floor(ratio) ? 0 : 1;
    for (const QRect& rect : presented.dirty)
        update(to_logical(rect, ratio).adjusted(-spare, -spare, spare, spare));
}

Display RemoteView::display() const {
    return display_for(size(), devicePixelRatioF(), zoom_);
}

void RemoteView::set_watermark(const Watermark::Facts& facts) {
    if (watermark_.set(facts))
        update();
}

void RemoteView::set_zoom(int percent) {
    percent = std::clamp(percent, kZoomMin, kZoomMax);
    if (percent == zoom_)
        return;
    zoom_ = percent;
    follow_display();
    Q_EMIT zoom_changed(zoom_);
}

void RemoteView::follow_display() {
    if (!live_ || (asked_ && *asked_ == display()))
        return;
    asked_ = display();
    input_.resize(*asked_);
}

// A new picture size must not scale anything: painting goes through a transform that is a whole
// number of device pixels, whatever the scale and the place of this widget in its window.
void RemoteView::paintEvent(QPaintEvent* event) {
    QPainter painter(this);
    const QTransform device = painter.deviceTransform();
    const auto snapped =
        QTransform::fromTranslate(std::round(device.dx()), std::round(device.dy()));
    const QTransform pixels = snapped * device.inverted();
    const QTransform to_pixels = pixels.inverted();
    painter.setTransform(pixels);
    const QImage& picture = picture_();
    for (const QRect& logical : event->region()) {
        const QRect rect = to_pixels.mapRect(QRectF(logical)).toAlignedRect();
        const QRect shown = rect & picture.rect();
        if (shown != rect)
            painter.fillRect(rect, theme().page);
        if (!shown.isEmpty())
            painter.drawImage(shown.topLeft(), picture, shown);
    }
    painter.resetTransform();
    watermark_.paint(painter, event->region(), devicePixelRatioF());
    composition_.paint(painter);
}

void RemoteView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    follow_display();
}

QRectF RemoteView::caret() const {
    if (!caret_) {
        const int line = fontMetrics().height();
        return QRectF(0, height() - line, 1, line);
    }
    const qreal ratio = devicePixelRatioF();
    return {caret_->x() / ratio, caret_->y() / ratio, caret_->width() / ratio,
            caret_->height() / ratio};
}

// Off for passwords, which are typed key by key and shown to nobody, where no field would take the
// text, and where the session has an input method of its own. A composition that is open then is dropped: it was meant for another field.
void RemoteView::update_input_method() {
    const bool wanted = live_ && text_permitted_ && field_.active && !field_.composed_there &&
                        field_.kind != wire::FieldKind::kPassword;
    if (wanted == testAttribute(Qt::WA_InputMethodEnabled))
        return;
    if (!wanted)
        drop_composition();
    setAttribute(Qt::WA_InputMethodEnabled, wanted);
    if (hasFocus())
        QGuiApplication::inputMethod()->update(Qt::ImEnabled);
}

void RemoteView::drop_composition() {
    if (!composition_.active())
        return;
    composition_.clear();
    if (hasFocus())
        QGuiApplication::inputMethod()->reset();
    repaint_composition();
}

void RemoteView::repaint_composition() {
    composition_.place(caret(), size(), font());
    update(composed_area_);
    composed_area_ = composition_.area();
    update(composed_area_);
}

QVariant RemoteView::inputMethodQuery(Qt::InputMethodQuery query) const {
    switch (query) {
        case Qt::ImEnabled:
            return testAttribute(Qt::WA_InputMethodEnabled);
        case Qt::ImCursorRectangle:
        case Qt::ImAnchorRectangle:
            return (composition_.active() ? composition_.cursor() : caret()).toAlignedRect();
        case Qt::ImHints:
            return static_cast<int>(field_.kind == wire::FieldKind::kMultiline ? Qt::ImhMultiLine
                                                                               : Qt::ImhNone);
        case Qt::ImFont:
            return font();
        // The text around the caret stays in the Internet zone.
        case Qt::ImSurroundingText:
        case Qt::ImCurrentSelection:
            return QString();
        case Qt::ImCursorPosition:
        case Qt::ImAnchorPosition:
            return 0;
        default:
            return QWidget::inputMethodQuery(query);
    }
}

}  // namespace sudare::client

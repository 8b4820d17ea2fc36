// SPDX-License-Identifier: Apache-2.0
#include <QGuiApplication>
#include <QInputMethod>
#include <QKeyEvent>
#include <QTouchEvent>

#include "client/app/remote_view.h"
#include "client/core/pointer_map.h"
#include "client/platform/terminal.h"

// The part of RemoteView that sends.
namespace sudare::client {

// A widget with shortcuts above it would take keys away from the page.
bool RemoteView::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride) {
        event->accept();
        return true;
    }
    switch (event->type()) {
        case QEvent::TouchBegin:
        case QEvent::TouchUpdate:
        case QEvent::TouchEnd:
        case QEvent::TouchCancel:
            event->accept();  // else Qt would make a mouse of it, whose drags select text
            if (live_)
                touch_.take(*static_cast<QTouchEvent*>(event));
            return true;
        default:
            return QWidget::event(event);
    }
}

TouchPointer::Hands RemoteView::fingers() {
    return {[this](QPointF screen) { return mapFromGlobal(screen); },
            [this](QPointF at) {
                setFocus();
                acted_.start();
                move_to(mapTo(window(), at));
            },
            [this](Qt::MouseButton button) {
                if (const auto known = button_of(button)) {
                    input_.button(*known, true);
                    input_.button(*known, false);
                }
            },
            [this](QPoint step) {
                input_.wheel({static_cast<std::int16_t>(step.x()), static_cast<std::int16_t>(step.y())});
            }};
}

std::optional<ViewerCommand> RemoteView::command_of(const QKeyEvent& event) const {
    const auto modifiers = event.modifiers() & ~(Qt::KeypadModifier | Qt::ShiftModifier);
    if (modifiers != (Qt::ControlModifier | Qt::AltModifier))
        return std::nullopt;
    switch (event.key()) {
        case Qt::Key_Return:
        case Qt::Key_Enter:
            return ViewerCommand::kFullScreen;
        case Qt::Key_End:
            return ViewerCommand::kEnd;
        case Qt::Key_Home:
            return ViewerCommand::kBar;
        case Qt::Key_Plus:
        case Qt::Key_Equal:
        case Qt::Key_Semicolon:
            return ViewerCommand::kZoomIn;
        case Qt::Key_Minus:
            return ViewerCommand::kZoomOut;
        case Qt::Key_0:
            return ViewerCommand::kZoomReset;
        case Qt::Key_PageDown:
            return ViewerCommand::kNextWindow;
        default:
            return std::nullopt;
    }
}

void RemoteView::keyPressEvent(QKeyEvent* event) {
    event->accept();
    account_keys(true);
    if (event->isAutoRepeat())  // the session repeats by itself
        return;
    if (const auto own = command_of(*event)) {
        // The modifiers are down over there, and their releases may never come here.
        if (live_)
            input_.release_all();
        Q_EMIT command(*own);
        return;
    }
    acted_.start();
    send_key(*event, true);
}

void RemoteView::keyReleaseEvent(QKeyEvent* event) {
    event->accept();
    if (!event->isAutoRepeat())
        send_key(*event, false);
}

void RemoteView::send_key(const QKeyEvent& event, bool down) {
    if (!live_)
        return;
    if (const auto code = key_code(scan_codes_, event.nativeScanCode(), event.key(),
                                   event.modifiers().testFlag(Qt::KeypadModifier)))
        input_.key(*code, down);
}

// Only what the input method has committed crosses; what it is composing is drawn here.
void RemoteView::inputMethodEvent(QInputMethodEvent* event) {
    event->accept();
    if (!testAttribute(Qt::WA_InputMethodEnabled))
        return;
    account_keys(false);
    if (live_ && !event->commitString().isEmpty())
        commit(event->commitString());
    paste_guard_.composing(static_cast<int>(event->preeditString().size()));
    composition_.set(*event);
    repaint_composition();
    QGuiApplication::inputMethod()->update(Qt::ImCursorRectangle);
}

// Presses since the last look went to the input method, but for one that is being shown to us now.
void RemoteView::account_keys(bool seen) {
    if (!key_presses_)
        return;
    const quint64 pressed = key_presses_->count() - std::exchange(keys_accounted_, key_presses_->count());
    paste_guard_.consumed(pressed - (seen && pressed > 0 ? 1 : 0));
}

void RemoteView::commit(const QString& text) {
    if (const int points = static_cast<int>(text.toUcs4().size()); !paste_guard_.admit(points)) {
        Q_EMIT paste_dropped(points);
        return;
    }
    if (const int left_out = input_.text(text); left_out > 0)
        Q_EMIT text_left_out(left_out);
}

void RemoteView::move_to(QPointF in_window) {
    const QSize canvas = picture_().size();
    if (!live_ || canvas.isEmpty())
        return;
    const qreal ratio = devicePixelRatioF();
    input_.move(to_canvas(in_window, picture_origin(mapTo(window(), QPointF()), ratio), ratio, canvas));
}

void RemoteView::mouseMoveEvent(QMouseEvent* event) {
    move_to(event->scenePosition());
}

void RemoteView::mousePressEvent(QMouseEvent* event) {
    event->accept();
    const auto button = button_of(event->button());
    if (!live_ || !button)
        return;
    acted_.start();
    move_to(event->scenePosition());
    input_.button(*button, true);
}

void RemoteView::mouseReleaseEvent(QMouseEvent* event) {
    event->accept();
    const auto button = button_of(event->button());
    if (!live_ || !button)
        return;
    move_to(event->scenePosition());
    input_.button(*button, false);
}

void RemoteView::wheelEvent(QWheelEvent* event) {
    event->accept();
    const auto step = wheel_step(event->angleDelta());
    if (!live_ || !step)
        return;
    move_to(event->scenePosition());
    input_.wheel(*step);
}

void RemoteView::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update_input_method();
    take_keyboard();
}

// What happened on the keyboard while it was elsewhere is not known over there: everything up, locks
// off, and then the locks as they are here.
void RemoteView::take_keyboard() {
    account_keys(true);
    paste_guard_.reset();
    if (!live_ || !hasFocus())
        return;
    input_.release_all();
    const bool japanese = platform::detect_keyboard_layout() == KeyboardLayout::kJp;
    if (platform::caps_lock_on().value_or(false))
        input_.stroke(kCapsLock, japanese ? std::optional(kLeftShift) : std::nullopt);
    if (platform::num_lock_on().value_or(false))
        input_.stroke(kNumLock, std::nullopt);
}

void RemoteView::go_to_start_page() {
    setFocus();
    if (live_)
        input_.stroke(kHome, kLeftAlt);
}

// Alt+Tab means that in the session, and nothing else; here the window system keeps it for itself.
void RemoteView::show_next_window() {
    if (!live_)
        return;
    input_.release_all();
    input_.stroke(kTab, kLeftAlt);
    take_keyboard();
}

// Keys that go up elsewhere are never seen here: everything up, now.
void RemoteView::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    drop_composition();
    if (live_)
        input_.release_all();
}

}  // namespace sudare::client

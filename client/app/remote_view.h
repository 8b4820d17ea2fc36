// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QWidget>
#include <functional>

#include "client/app/composition.h"
#include "client/app/touch_pointer.h"
#include "client/app/watermark.h"
#include "client/core/decoder_client.h"
#include "client/core/input_sender.h"
#include "client/core/key_map.h"
#include "client/core/paste_guard.h"
#include "client/platform/key_presses.h"
#include "protocol/wire/messages.h"

namespace sudare::client {

// The few key combinations that the viewer keeps for itself; everything else goes to the browser.
enum class ViewerCommand {
    kFullScreen,  // Ctrl+Alt+Enter
    kEnd,         // Ctrl+Alt+End
    kBar,         // Ctrl+Alt+Home: the keyboard goes to the bar
    kZoomIn,      // Ctrl+Alt++ (also = and ;, where + needs Shift)
    kZoomOut,     // Ctrl+Alt+-
    kZoomReset,   // Ctrl+Alt+0
    kNextWindow,  // Ctrl+Alt+Page Down: the browser's window at the back comes to the front
};

// The remote picture, pixel for pixel, and the hands of the person on it. It has no clipboard, no
// drag and drop, and draws nothing but the picture and the composition of the input method.
class RemoteView : public QWidget {
    Q_OBJECT
public:
    using Picture = std::function<const QImage&()>;
    RemoteView(Picture picture, InputSender& input, QWidget* parent = nullptr);

    // Whether a session runs: input is sent, and a new size is told.
    void set_live(bool live);
    // False: the input method stays off, because its text would be refused.
    void set_text_permitted(bool permitted);
    // A field whose caret is nowhere in the picture (height 0) is composed into where the last one
    // was seen, else at the lower edge.
    void set_text_field(const wire::TextField& field);
    void set_cursor(wire::Cursor cursor);
    void show_changes(const Presented& presented);

    // What to ask the session for.
    [[nodiscard]] Display display() const;
    // What open() was told: resizing to the same is no news.
    void set_asked_display(const Display& display) { asked_ = display; }
    // The screen, its scale or the zoom changed.
    void follow_display();

    // Over the picture, from now on.
    void set_watermark(const Watermark::Facts& facts);
    [[nodiscard]] const Watermark& watermark() const { return watermark_; }

    // In percent, kZoomMin..kZoomMax: how large the session renders.
    [[nodiscard]] int zoom() const { return zoom_; }
    void set_zoom(int percent);
    // The browser's home page in its present tab (Alt+Home).
    void go_to_start_page();
    // The session's window at the back comes to the front.
    void show_next_window();

    // Whether a key, a button or committed text came from the person at most this long ago.
    [[nodiscard]] bool acted_within(std::chrono::milliseconds time) const {
        return acted_.isValid() && acted_.elapsed() <= time.count();
    }

    [[nodiscard]] const Composition& composition() const { return composition_; }
    [[nodiscard]] const PasteGuard& paste_guard() const { return paste_guard_; }
    QVariant inputMethodQuery(Qt::InputMethodQuery query) const override;

Q_SIGNALS:
    void command(sudare::client::ViewerCommand command);
    void zoom_changed(int percent);
    // Whether the field that has the keyboard is composed by an input method of the session.
    void composed_there(bool there);
    // How many characters of a commit may not cross and were left out.
    void text_left_out(int count);
    // A commit that nobody typed was dropped: so many characters.
    void paste_dropped(int count);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void inputMethodEvent(QInputMethodEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override { mousePressEvent(event); }
    void wheelEvent(QWheelEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool focusNextPrevChild(bool) override { return false; }  // Tab belongs to the page

private:
    std::optional<ViewerCommand> command_of(const QKeyEvent& event) const;
    void send_key(const QKeyEvent& event, bool down);
    void commit(const QString& text);
    void move_to(QPointF in_window);
    void take_keyboard();
    void account_keys(bool seen);
    TouchPointer::Hands fingers();
    [[nodiscard]] QRectF caret() const;
    void update_input_method();
    void drop_composition();
    void repaint_composition();

    Picture picture_;
    InputSender& input_;
    ScanCodes scan_codes_;
    Composition composition_;
    Watermark watermark_;
    TouchPointer touch_;
    PasteGuard paste_guard_;
    std::unique_ptr<platform::KeyPresses> key_presses_ = platform::count_key_presses();
    quint64 keys_accounted_ = 0;  // of key_presses_: seen here, or consumed by the input method
    QRect composed_area_;
    wire::TextField field_;
    std::optional<QRect> caret_;  // the last one seen, in pixels of the picture
    std::optional<Display> asked_;
    QElapsedTimer acted_;
    int zoom_ = 100;
    bool live_ = false;
    bool text_permitted_ = true;
};

}  // namespace sudare::client

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "protocol/core/geometry.h"
#include "protocol/core/result.h"
#include "server/base/unique_fd.h"
#include "server/session/compositor/event_loop.h"
#include "server/session/compositor/framebuffer.h"
#include "server/session/compositor/types.h"

// A headless Wayland compositor for one browser (docs/decisions: own compositor). It offers the
// twelve globals that Chromium binds and nothing that could take pixels or text out: no
// screencopy, no primary selection, no data control; selections are never read. Through a second
// socket it serves an input method, which sees other globals than the browser (0012).
//
// All coordinates here are framebuffer (device) pixels. One thread: the event loop's. The header
// has no Wayland types, so that the rest of the session does not depend on them.
namespace sudare::compositor {

struct Config {
    Size size;
    std::uint16_t scale_120 = 120;  // 1/120 units, limits::kScaleMin..kScaleMax
    KeyboardLayout layout = KeyboardLayout::kUs;
    UniqueFd listen_socket;  // bound and listening, made by the launcher
    UniqueFd input_method_socket{};  // likewise, for an input method of the session; or none
};

// Called from within the event loop or from within a Compositor call. A delegate may call
// set_frame_gate() from any of these, but no other Compositor function.
class Delegate {
   public:
    virtual ~Delegate() = default;
    // The picture changed inside `bounding`; everything outside is as before. Comes from the
    // commit that changed it, before the browser is allowed to draw its next frame.
    virtual void on_damage(const Framebuffer& framebuffer, Rect bounding) = 0;
    virtual void on_cursor(Cursor shape) = 0;
    virtual void on_text_field(const TextField& field) = 0;
    virtual void on_client_connected() = 0;
    virtual void on_client_gone() = 0;  // its last connection ended, for whatever reason
    virtual void on_last_window_closed() = 0;
};

class Compositor {
   public:
    // Compiles both keyboard maps and does everything else that needs files; afterwards none is
    // opened. `loop` and `delegate` must outlive the compositor.
    static Result<Compositor> create(EventLoop& loop, Config config, Delegate& delegate);
    Compositor(Compositor&&) noexcept;
    Compositor& operator=(Compositor&&) noexcept;
    ~Compositor();

    // Input. `code` is an evdev key or button code (linux/input-event-codes.h). Repeated presses
    // and releases of what is not pressed are ignored. Key repeat is the browser's own.
    void key(std::uint16_t code, bool down);
    void pointer_move(std::int32_t x, std::int32_t y);  // clamped to the framebuffer
    void button(std::uint16_t code, bool down);
    // In 1/120 of a notch; positive is right and down.
    void wheel(std::int32_t dx120, std::int32_t dy120);
    // Committed text for the active text field. False when there is none: nothing is typed then.
    bool commit_text(std::string_view utf8);
    // Releases every key and button that is down.
    void release_all();
    void set_layout(KeyboardLayout layout);

    // The picture gets this size at once (black where the browser has not drawn yet); the browser
    // follows within some 10 ms. A whole-picture damage is reported.
    Result<void> resize(Size size, std::uint16_t scale_120);
    // Open: the browser may draw again as soon as a frame has been taken. Shut: twice a second.
    void set_frame_gate(bool open);

    [[nodiscard]] Framebuffer framebuffer() const;
    [[nodiscard]] Cursor cursor() const;
    [[nodiscard]] TextField text_field() const;

   private:
    struct Parts;
    explicit Compositor(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace sudare::compositor

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "server/session/compositor/keymap.h"
#include "server/session/compositor/resource.h"

namespace sudare::compositor {

class Surface;
struct KeyboardHandle;

// The usual rates. Repeat is made here, on the browser's side, alone: the viewer sends presses
// and releases only, so a delayed network cannot turn one press into many.
inline constexpr std::int32_t kRepeatPerSecond = 25;
inline constexpr std::int32_t kRepeatDelayMs = 600;

// As wl_keyboard.modifiers tells them.
struct Modifiers {
    std::uint32_t depressed = 0;
    std::uint32_t latched = 0;
    std::uint32_t locked = 0;
    std::uint32_t group = 0;
    friend bool operator==(const Modifiers&, const Modifiers&) = default;
};

// Gets the keys first, instead of the focused window, and hands on those that it has no use for
// (Keyboard::forward): an input method.
class KeyGrab {
   public:
    virtual ~KeyGrab() = default;
    virtual void take_keymap(const Keymap& map) = 0;
    virtual void take_key(std::uint32_t serial, std::uint16_t code, bool down) = 0;
    virtual void take_modifiers(std::uint32_t serial, const Modifiers& modifiers) = 0;
};

// wl_keyboard: what is pressed, which modifiers follow from it, and who is told.
//
// With a grab there are two states: what a person presses, and what the window has been told. The
// window never sees a key that no person has pressed, and holds none that the person has let go once
// the grab ends or release_all() comes.
class Keyboard {
   public:
    Keyboard(Context& context, Keymaps keymaps, KeyboardLayout layout);

    void bind(wl_client* client, int version, std::uint32_t id);
    void key(std::uint16_t code, bool down);
    // Everything up, and no lock on: a state that both ends know.
    void release_all();
    [[nodiscard]] bool holds(std::uint16_t code) const;
    void set_layout(KeyboardLayout layout);
    // Null: nobody has the keyboard.
    void focus(const std::shared_ptr<Surface>& surface);
    [[nodiscard]] std::shared_ptr<Surface> focused() const { return focus_.lock(); }

    // Null: the keys go to the window again, which then knows what is pressed.
    void set_grab(KeyGrab* grab);
    [[nodiscard]] const KeyGrab* grab() const { return grab_; }
    // The owner of the grab hands a key on. What it was not offered is ignored. Modifiers come from it
    // too, in the order of the keys that they belong to.
    void forward(std::uint16_t code, bool down);
    void forward(const Modifiers& modifiers);

   private:
    [[nodiscard]] Modifiers modifiers() const;
    void deliver(std::uint16_t code, bool down);
    void deliver(const Modifiers& modifiers);
    void offer(std::uint16_t code, bool down, bool modifiers_changed);
    void withdraw(std::size_t count);
    void reconcile();
    void send_keymap(const KeyboardHandle& handle) const;
    void send_enter(const KeyboardHandle& handle, std::uint32_t serial, Surface& surface) const;
    void send_modifiers(const KeyboardHandle& handle, std::uint32_t serial) const;
    // Calls `tell` for each handle of the focused client.
    template <typename Tell>
    void for_focused(Tell tell) const;

    Context& context_;
    Keymaps keymaps_;
    KeyboardLayout layout_;
    XkbState state_;
    std::vector<std::uint16_t> pressed_;  // by the person; evdev codes; at most kPressedMax
    std::vector<std::uint16_t> told_;     // what the window takes for pressed
    Modifiers told_modifiers_;
    KeyGrab* grab_ = nullptr;
    struct Offer {
        std::uint16_t code;
        bool down;
        friend bool operator==(const Offer&, const Offer&) = default;
    };
    std::deque<Offer> offered_;  // what the grab may hand on, oldest first; at most kOfferedMax
    std::weak_ptr<Surface> focus_;
    std::vector<std::weak_ptr<KeyboardHandle>> handles_;
};

}  // namespace sudare::compositor

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "server/session/compositor/keymap.h"
#include "server/session/compositor/resource.h"

namespace sudare::compositor {

class Surface;
struct KeyboardHandle;

// wl_keyboard: what is pressed, which modifiers follow from it, and who is told.
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

   private:
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
    std::vector<std::uint16_t> pressed_;  // evdev codes; at most kPressedMax
    std::weak_ptr<Surface> focus_;
    std::vector<std::weak_ptr<KeyboardHandle>> handles_;
};

}  // namespace sudare::compositor

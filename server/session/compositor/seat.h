// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "server/session/compositor/drag.h"
#include "server/session/compositor/keyboard.h"
#include "server/session/compositor/pointer.h"

namespace sudare::compositor {

// wl_seat: one keyboard and one pointer, and the drag that the pointer may carry. No touch.
class Seat {
   public:
    Seat(Context& context, Keymaps keymaps, KeyboardLayout layout);

    [[nodiscard]] Keyboard& keyboard() { return keyboard_; }
    [[nodiscard]] Pointer& pointer() { return pointer_; }
    [[nodiscard]] Drag& drag() { return drag_; }

    // Pointer events go to a running drag first.
    void pointer_move(Point device);
    void button(std::uint16_t code, bool down);
    void wheel(std::int32_t dx120, std::int32_t dy120);
    void release_all();

    // Keyboard and text input go together; null: to nobody.
    void focus_keyboard(const std::shared_ptr<Surface>& surface);
    // Windows came, went or moved: what lies under the pointer may be another surface now.
    void scene_changed();

   private:
    static void bind(wl_client* client, void* data, std::uint32_t version, std::uint32_t id);

    Context& context_;
    Keyboard keyboard_;
    Pointer pointer_;
    Drag drag_;
    bool refocus_scheduled_ = false;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);  // for deferred tasks
    Global global_;
};

}  // namespace sudare::compositor

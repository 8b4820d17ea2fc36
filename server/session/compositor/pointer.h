// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "server/session/compositor/region.h"
#include "server/session/compositor/resource.h"
#include "server/session/compositor/scene.h"
#include "server/session/compositor/types.h"

namespace sudare::compositor {

class Surface;
struct PointerHandle;

// wl_pointer: where it is, what is pressed, what it points at. While a button is down the surface
// on which it went down keeps all events.
class Pointer {
   public:
    explicit Pointer(Context& context) : context_(context) {}

    void bind(wl_client* client, int version, std::uint32_t id);
    void move(Point device);
    // Moves without telling anyone: while a drag has the pointer.
    void place(Point device);
    void button(std::uint16_t code, bool down);
    void wheel(std::int32_t dx120, std::int32_t dy120);
    void release_all();

    // Looks again at what lies under the pointer, which has not moved.
    void refocus();
    // Takes the pointer away from its surface, for a drag; refocus() gives it back.
    void leave();

    [[nodiscard]] Point position() const { return position_; }
    [[nodiscard]] std::shared_ptr<Surface> focused() const { return focus_.lock(); }
    [[nodiscard]] bool pressed() const { return !buttons_.empty(); }
    // Serial of the press that began the present hold; 0: nothing is held.
    [[nodiscard]] std::uint32_t press_serial() const { return press_serial_; }

    // A client chose a shape; heeded only while the pointer is over its surface.
    void set_cursor(wl_client* client, Cursor shape);
    [[nodiscard]] Cursor cursor() const { return cursor_; }

   private:
    void focus(const Scene::Hit& hit);
    void show(Cursor shape);
    // Calls `tell` for each handle of the focused client, then ends the frame.
    template <typename Tell>
    void for_focused(Tell tell) const;

    Context& context_;
    Point position_;
    Cursor cursor_ = Cursor::kDefault;
    std::vector<std::uint16_t> buttons_;  // down; at most kButtonsMax
    std::uint32_t press_serial_ = 0;
    std::int32_t wheel_rest_x_ = 0;  // 1/120 notches not yet told to clients of version < 8
    std::int32_t wheel_rest_y_ = 0;
    std::weak_ptr<Surface> focus_;
    std::vector<std::weak_ptr<PointerHandle>> handles_;
};

}  // namespace sudare::compositor

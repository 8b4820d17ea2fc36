// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "server/session/compositor/framebuffer.h"
#include "server/session/compositor/pixel_store.h"
#include "server/session/compositor/scene_item.h"

namespace sudare::compositor {

struct Context;
class Surface;
class XdgSurface;

// What is on the screen: builds the list of visible surfaces from the window stack, and composes
// the changed part of it into the private framebuffer. Called at each commit; there is no timer.
class Scene {
   public:
    static Result<std::unique_ptr<Scene>> create(Context& context, Size size);

    // Composes what changed and tells the delegate, if anything did.
    void compose();
    // A new, black framebuffer; composes all of it.
    Result<void> resize(Size size);

    [[nodiscard]] Framebuffer framebuffer() const;

    // The topmost surface that takes input at a framebuffer position, and where in it.
    struct Hit {
        std::shared_ptr<Surface> surface;
        double x = 0;  // logical, surface-local
        double y = 0;
    };
    [[nodiscard]] Hit hit(Point device) const;
    // The same position in the coordinates of a given surface, whether or not it is inside;
    // nothing when the surface is not on the screen.
    [[nodiscard]] std::optional<Hit> locate(const Surface& surface, Point device) const;
    // Framebuffer box of a box in surface coordinates; nothing when it is not on the screen.
    [[nodiscard]] std::optional<Box> place(const Surface& surface, const Box& logical) const;
    // The same in logical coordinates of the screen.
    [[nodiscard]] std::optional<Box> place_logical(const Surface& surface, const Box& logical) const;
    [[nodiscard]] bool visible(const Surface& surface) const;

    // The picture under the pointer during a drag; empty: none.
    void set_drag_icon(std::weak_ptr<Surface> icon, Point device);

   private:
    Scene(Context& context, PixmanImage image, Size size);
    [[nodiscard]] std::vector<SceneItem> build() const;
    void add_window(std::vector<SceneItem>& items, XdgSurface& window, Point origin,
                    bool topmost) const;
    void add_tree(std::vector<SceneItem>& items, const std::shared_ptr<Surface>& surface,
                  Point origin, bool topmost) const;
    [[nodiscard]] std::optional<SceneItem> make_item(const std::shared_ptr<Surface>& surface,
                                                     Point origin) const;
    [[nodiscard]] const SceneItem* find(const Surface& surface) const;

    Context& context_;
    PixmanImage image_;
    Size size_;
    std::vector<SceneItem> items_;  // as last composed
    std::weak_ptr<Surface> drag_icon_;
    Point drag_position_;
    bool repaint_all_ = false;
};

}  // namespace sudare::compositor

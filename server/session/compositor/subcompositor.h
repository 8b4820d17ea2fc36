// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "server/session/compositor/region.h"
#include "server/session/compositor/resource.h"
#include "server/session/compositor/surface.h"

// wl_subcompositor: Chromium's permission and download bubbles and its alerts are subsurfaces.
namespace sudare::compositor {

class Subsurface : public Object {
   public:
    Subsurface(Context& owner, std::weak_ptr<Surface> surface, std::weak_ptr<Surface> parent);

    [[nodiscard]] std::shared_ptr<Surface> surface() const { return surface_.lock(); }
    [[nodiscard]] std::shared_ptr<Surface> parent() const { return parent_.lock(); }
    // Relative to the parent, logical.
    [[nodiscard]] Point position() const { return position_; }
    // In effect: its own mode, or that of an ancestor.
    [[nodiscard]] bool synchronised() const;

    void set_pending_position(Point position) { pending_position_ = position; }
    void apply_position();
    void set_sync(bool sync);

   private:
    void on_destroyed() override;

    std::weak_ptr<Surface> surface_;
    std::weak_ptr<Surface> parent_;
    Point position_;
    std::optional<Point> pending_position_;
    bool sync_ = true;
};

Global create_wl_subcompositor(Context& context);

}  // namespace sudare::compositor

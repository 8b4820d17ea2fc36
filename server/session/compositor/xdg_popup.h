// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "server/session/compositor/popup_placement.h"
#include "server/session/compositor/resource.h"
#include "server/session/compositor/xdg_surface.h"

namespace sudare::compositor {

// xdg_popup: a menu, a list of choices, a tooltip. Placed once, when it is made, inside the screen.
class XdgPopup : public Object, public XdgRole, public std::enable_shared_from_this<XdgPopup> {
   public:
    XdgPopup(Context& owner, std::weak_ptr<XdgSurface> xdg_surface,
             std::weak_ptr<XdgSurface> parent, const PopupRules& rules);

    void first_commit() override;
    void commit(bool has_contents) override { mapped_ = has_contents; }
    void acknowledged(std::uint32_t) override {}

    [[nodiscard]] std::shared_ptr<XdgSurface> xdg_surface() const { return xdg_surface_.lock(); }
    [[nodiscard]] std::shared_ptr<XdgSurface> parent() const { return parent_.lock(); }
    [[nodiscard]] bool mapped() const { return mapped_; }
    // Of its window geometry, relative to the parent's; logical.
    [[nodiscard]] Point position() const { return {box_.x, box_.y}; }

    // Takes the keyboard until it goes.
    void grab();
    // Asks the client to close it.
    void dismiss();

   private:
    void on_destroyed() override;
    [[nodiscard]] Box bounds() const;

    std::weak_ptr<XdgSurface> xdg_surface_;
    std::weak_ptr<XdgSurface> parent_;
    Box box_;
    bool mapped_ = false;
};

void create_xdg_popup(wl_client* client, wl_resource* xdg_surface, std::uint32_t id,
                      wl_resource* parent, wl_resource* positioner);

}  // namespace sudare::compositor

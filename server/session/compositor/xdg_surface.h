// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "server/session/compositor/region.h"
#include "server/session/compositor/resource.h"
#include "server/session/compositor/surface.h"

namespace sudare::compositor {

class XdgPopup;

// What an xdg_surface is used as.
class XdgRole {
   public:
    virtual ~XdgRole() = default;
    virtual void first_commit() = 0;            // without contents: asks to be configured
    virtual void commit(bool has_contents) = 0;  // maps and unmaps
    virtual void acknowledged(std::uint32_t serial) = 0;
};

// xdg_surface: the handshake of configure and acknowledge, and the window geometry (the window
// without its shadow).
class XdgSurface : public Object,
                   public CommitListener,
                   public std::enable_shared_from_this<XdgSurface> {
   public:
    XdgSurface(Context& owner, std::weak_ptr<Surface> surface);

    void on_commit() override;
    void set_role(std::weak_ptr<XdgRole> role) { role_ = std::move(role); }
    [[nodiscard]] std::shared_ptr<XdgRole> role() const { return role_.lock(); }

    [[nodiscard]] std::shared_ptr<Surface> surface() const { return surface_.lock(); }
    // Surface coordinates.
    [[nodiscard]] Box geometry() const;
    void set_pending_geometry(const Box& box) { pending_geometry_ = box; }

    // Sends xdg_surface.configure; the role's own event must have gone out before.
    std::uint32_t send_configure();
    // False for a serial that was never sent.
    bool acknowledge(std::uint32_t serial);
    [[nodiscard]] bool acknowledged() const { return acknowledged_; }

    void add_popup(std::weak_ptr<XdgPopup> popup);
    [[nodiscard]] std::vector<std::shared_ptr<XdgPopup>> popups() const;  // oldest first

   private:
    std::weak_ptr<Surface> surface_;
    std::weak_ptr<XdgRole> role_;
    std::optional<Box> geometry_;
    std::optional<Box> pending_geometry_;
    std::uint32_t first_serial_ = 0;  // 0: none sent since the surface was last unmapped
    std::uint32_t last_serial_ = 0;
    bool asked_ = false;  // the first commit has been seen
    bool acknowledged_ = false;
    std::vector<std::weak_ptr<XdgPopup>> popups_;
};

void create_xdg_surface(Context& context, wl_client* client, wl_resource* base, std::uint32_t id,
                        wl_resource* surface);

}  // namespace sudare::compositor

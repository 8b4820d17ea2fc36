// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/xdg_popup.h"

#include <utility>

#include "server/session/compositor/context.h"
#include "server/session/compositor/output.h"
#include "server/session/compositor/scene.h"
#include "server/session/compositor/window_stack.h"
#include "server/session/compositor/xdg_positioner.h"
#include "xdg-shell-server-protocol.h"

namespace sudare::compositor {

XdgPopup::XdgPopup(Context& owner, std::weak_ptr<XdgSurface> xdg_surface,
                   std::weak_ptr<XdgSurface> parent, const PopupRules& rules)
    : Object(owner), xdg_surface_(std::move(xdg_surface)), parent_(std::move(parent)) {
    const Box placed = place_popup(rules, bounds());
    box_ = Box::clamped(placed.x, placed.y, placed.width, placed.height);
}

// The screen as seen from the parent's window geometry.
Box XdgPopup::bounds() const {
    Box screen = context.output->logical_box();
    std::shared_ptr<XdgSurface> above = parent();
    // Popups can be made in such an order that the chain never ends; no real menu is deeper.
    constexpr int kDepthMax = 32;
    for (int depth = 0; above && depth < kDepthMax; ++depth) {
        auto popup = std::dynamic_pointer_cast<XdgPopup>(above->role());
        if (!popup)
            break;
        const Point origin = clamped(Point{screen.x, screen.y} - popup->position());
        screen.x = origin.x;
        screen.y = origin.y;
        above = popup->parent();
    }
    return screen;
}

void XdgPopup::first_commit() {
    auto surface = xdg_surface();
    if (!resource() || !surface)
        return;
    xdg_popup_send_configure(resource(), box_.x, box_.y, box_.width, box_.height);
    surface->send_configure();
}

void XdgPopup::grab() {
    context.windows->push_grab(shared_from_this());
}

void XdgPopup::dismiss() {
    if (resource())
        xdg_popup_send_popup_done(resource());
}

void XdgPopup::on_destroyed() {
    mapped_ = false;
    context.windows->remove_grab(this);
    context.scene->compose();
}

namespace {

const struct xdg_popup_interface kRequests = {
    .destroy = destroy_request,
    .grab = [](wl_client*, wl_resource* resource, wl_resource*,
               std::uint32_t) { object_of<XdgPopup>(resource)->grab(); },
    .reposition = nullptr,  // since version 3; we offer 2
};

// Every walk over windows and their menus relies on there being no circle.
bool is_or_hangs_on(std::shared_ptr<XdgSurface> surface, const std::shared_ptr<XdgSurface>& other) {
    while (surface && surface != other) {
        auto popup = std::dynamic_pointer_cast<XdgPopup>(surface->role());
        surface = popup ? popup->parent() : nullptr;
    }
    return surface != nullptr;
}

}  // namespace

void create_xdg_popup(wl_client* client, wl_resource* resource, std::uint32_t id,
                      wl_resource* parent_resource, wl_resource* positioner) {
    auto xdg_surface = object_of<XdgSurface>(resource);
    auto parent = object_of<XdgSurface>(parent_resource);
    auto surface = xdg_surface->surface();
    const PopupRules rules = rules_of(positioner);
    if (!rules.complete())
        return wl_resource_post_error(resource, XDG_WM_BASE_ERROR_INVALID_POSITIONER,
                                      "incomplete positioner");
    if (!parent || is_or_hangs_on(parent, xdg_surface))
        return wl_resource_post_error(resource, XDG_WM_BASE_ERROR_INVALID_POPUP_PARENT,
                                      "no parent, or a circle");
    if (!surface || xdg_surface->role() || !surface->set_role(Role::kPopup))
        return wl_resource_post_error(resource, XDG_WM_BASE_ERROR_ROLE, "has a role already");
    auto popup = make_object<XdgPopup>(surface->owner(), client, &xdg_popup_interface,
                                       wl_resource_get_version(resource), id, &kRequests,
                                       xdg_surface, parent, rules);
    if (!popup)
        return;
    xdg_surface->set_role(popup);
    parent->add_popup(popup);
}

}  // namespace sudare::compositor

// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/xdg_surface.h"

#include <utility>

#include "server/session/compositor/context.h"
#include "server/session/compositor/xdg_popup.h"
#include "server/session/compositor/xdg_toplevel.h"
#include "xdg-shell-server-protocol.h"

namespace sudare::compositor {

XdgSurface::XdgSurface(Context& owner, std::weak_ptr<Surface> surface)
    : Object(owner), surface_(std::move(surface)) {}

Box XdgSurface::geometry() const {
    if (geometry_)
        return *geometry_;
    auto own = surface();
    return own ? own->extent() : Box{};
}

void XdgSurface::on_commit() {
    if (pending_geometry_)
        geometry_ = std::exchange(pending_geometry_, std::nullopt);
    auto own = surface();
    auto role = role_.lock();
    const bool has_contents = own && own->contents();
    if (has_contents && !acknowledged_ && resource()) {
        wl_resource_post_error(resource(), XDG_SURFACE_ERROR_UNCONFIGURED_BUFFER,
                               "contents before the first configure was acknowledged");
        return;
    }
    if (!role)
        return;
    role->commit(has_contents);
    if (has_contents)
        return;
    if (acknowledged_) {  // unmapped: the handshake begins anew
        asked_ = acknowledged_ = false;
        first_serial_ = 0;
    } else if (!std::exchange(asked_, true)) {
        role->first_commit();
    }
}

std::uint32_t XdgSurface::send_configure() {
    if (!resource())
        return 0;
    last_serial_ = context.next_serial();
    if (first_serial_ == 0)
        first_serial_ = last_serial_;
    xdg_surface_send_configure(resource(), last_serial_);
    return last_serial_;
}

bool XdgSurface::acknowledge(std::uint32_t serial) {
    // Serials wrap: compared by their distance.
    if (first_serial_ == 0 || serial - first_serial_ > last_serial_ - first_serial_)
        return false;
    acknowledged_ = true;
    if (auto role = role_.lock())
        role->acknowledged(serial);
    return true;
}

void XdgSurface::add_popup(std::weak_ptr<XdgPopup> popup) {
    std::erase_if(popups_, [](const auto& known) { return known.expired(); });
    popups_.push_back(std::move(popup));
}

std::vector<std::shared_ptr<XdgPopup>> XdgSurface::popups() const {
    std::vector<std::shared_ptr<XdgPopup>> alive;
    for (const auto& entry : popups_)
        if (auto popup = entry.lock(); popup && popup->resource())
            alive.push_back(std::move(popup));
    return alive;
}

namespace {

void get_toplevel(wl_client* client, wl_resource* resource, std::uint32_t id) {
    create_xdg_toplevel(client, resource, id);
}

void get_popup(wl_client* client, wl_resource* resource, std::uint32_t id, wl_resource* parent,
               wl_resource* positioner) {
    create_xdg_popup(client, resource, id, parent, positioner);
}

void set_window_geometry(wl_client*, wl_resource* resource, std::int32_t x, std::int32_t y,
                         std::int32_t width, std::int32_t height) {
    if (width > 0 && height > 0)
        object_of<XdgSurface>(resource)->set_pending_geometry(Box::clamped(x, y, width, height));
}

void ack_configure(wl_client*, wl_resource* resource, std::uint32_t serial) {
    if (!object_of<XdgSurface>(resource)->acknowledge(serial))
        wl_resource_post_error(resource, XDG_WM_BASE_ERROR_INVALID_SURFACE_STATE,
                               "serial %u was never sent", serial);
}

const struct xdg_surface_interface kRequests = {
    .destroy = destroy_request,
    .get_toplevel = get_toplevel,
    .get_popup = get_popup,
    .set_window_geometry = set_window_geometry,
    .ack_configure = ack_configure,
};

}  // namespace

void create_xdg_surface(Context& context, wl_client* client, wl_resource* base, std::uint32_t id,
                        wl_resource* surface_resource) {
    auto surface = object_of<Surface>(surface_resource);
    if (surface->commit_listener())
        return wl_resource_post_error(base, XDG_WM_BASE_ERROR_ROLE,
                                      "the surface has an xdg_surface already");
    if (surface->contents())
        return wl_resource_post_error(base, XDG_WM_BASE_ERROR_INVALID_SURFACE_STATE,
                                      "the surface has contents already");
    auto object = make_object<XdgSurface>(context, client, &xdg_surface_interface,
                                          wl_resource_get_version(base), id, &kRequests, surface);
    if (object)
        surface->set_commit_listener(object);
}

}  // namespace sudare::compositor

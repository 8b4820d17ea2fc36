// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/subcompositor.h"

#include <wayland-server-protocol.h>

#include <utility>

#include "server/session/compositor/context.h"
#include "server/session/compositor/frame_pacer.h"
#include "server/session/compositor/scene.h"

namespace sudare::compositor {

Subsurface::Subsurface(Context& owner, std::weak_ptr<Surface> surface,
                       std::weak_ptr<Surface> parent)
    : Object(owner), surface_(std::move(surface)), parent_(std::move(parent)) {}

bool Subsurface::synchronised() const {
    if (sync_)
        return true;
    auto above = parent();
    auto link = above ? above->subsurface() : nullptr;
    return link && link->synchronised();
}

void Subsurface::apply_position() {
    if (pending_position_)
        position_ = *std::exchange(pending_position_, std::nullopt);
}

void Subsurface::set_sync(bool sync) {
    sync_ = sync;
    auto own = surface();
    if (!own || synchronised())
        return;
    own->apply_cached();
    context.scene->compose();
    context.pacer->serve();
}

void Subsurface::on_destroyed() {
    if (auto above = parent())
        above->detach_child(this);
    if (auto own = surface())
        own->set_subsurface({});
    context.scene->compose();
}

namespace {

Point position_from(std::int32_t x, std::int32_t y) {
    return {clamp_coordinate(x), clamp_coordinate(y)};
}

void place(wl_resource* resource, wl_resource* sibling_resource, bool above) {
    auto child = object_of<Subsurface>(resource);
    auto parent = child->parent();
    auto sibling = object_of<Surface>(sibling_resource);
    if (!parent)
        return;  // inert, as the protocol says
    auto link = sibling == parent ? nullptr : sibling->subsurface();
    const bool known = sibling == parent || (link && link->parent() == parent);
    if (!known || !parent->restack(child.get(), link.get(), above))
        wl_resource_post_error(resource, WL_SUBSURFACE_ERROR_BAD_SURFACE, "not a sibling");
}

const struct wl_subsurface_interface kSubsurfaceRequests = {
    .destroy = destroy_request,
    .set_position =
        [](wl_client*, wl_resource* resource, std::int32_t x, std::int32_t y) {
            object_of<Subsurface>(resource)->set_pending_position(position_from(x, y));
        },
    .place_above = [](wl_client*, wl_resource* resource,
                      wl_resource* sibling) { place(resource, sibling, true); },
    .place_below = [](wl_client*, wl_resource* resource,
                      wl_resource* sibling) { place(resource, sibling, false); },
    .set_sync = [](wl_client*,
                   wl_resource* resource) { object_of<Subsurface>(resource)->set_sync(true); },
    .set_desync = [](wl_client*,
                     wl_resource* resource) { object_of<Subsurface>(resource)->set_sync(false); },
};

// The tree must stay a tree: every walk over it relies on that.
bool is_or_descends_from(std::shared_ptr<Surface> surface, const std::shared_ptr<Surface>& other) {
    while (surface && surface != other) {
        auto link = surface->subsurface();
        surface = link ? link->parent() : nullptr;
    }
    return surface != nullptr;
}

void get_subsurface(wl_client* client, wl_resource* resource, std::uint32_t id,
                    wl_resource* surface_resource, wl_resource* parent_resource) {
    auto surface = object_of<Surface>(surface_resource);
    auto parent = object_of<Surface>(parent_resource);
    if (is_or_descends_from(parent, surface) || surface->subsurface() ||
        !surface->set_role(Role::kSubsurface))
        return wl_resource_post_error(resource, WL_SUBCOMPOSITOR_ERROR_BAD_SURFACE, "bad surface");
    auto subsurface =
        make_object<Subsurface>(surface->owner(), client, &wl_subsurface_interface,
                                wl_resource_get_version(resource), id, &kSubsurfaceRequests,
                                surface, parent);
    if (!subsurface)
        return;
    surface->set_subsurface(subsurface);
    parent->attach_child(subsurface);
}

const struct wl_subcompositor_interface kRequests = {
    .destroy = destroy_request,
    .get_subsurface = get_subsurface,
};

}  // namespace

Global create_wl_subcompositor(Context& context) {
    return make_global<&wl_subcompositor_interface, &kRequests>(context, 1);
}

}  // namespace sudare::compositor

// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/xdg_toplevel.h"

#include <utility>

#include "server/session/compositor/context.h"
#include "server/session/compositor/output.h"
#include "server/session/compositor/window_stack.h"
#include "xdg-shell-server-protocol.h"

namespace sudare::compositor {
namespace {

// What was tried with Chromium 156; logical pixels.
constexpr std::int32_t kNudgeWidth = 6;
constexpr std::int32_t kNudgeHeight = 3;

struct StateArray {
    wl_array array;
    StateArray() { wl_array_init(&array); }
    ~StateArray() { wl_array_release(&array); }
    StateArray(const StateArray&) = delete;
    StateArray& operator=(const StateArray&) = delete;
    void add(std::uint32_t state) {
        if (void* place = wl_array_add(&array, sizeof(state)))
            *static_cast<std::uint32_t*>(place) = state;
    }
};

}  // namespace

XdgToplevel::XdgToplevel(Context& owner, std::weak_ptr<XdgSurface> xdg_surface)
    : Object(owner), xdg_surface_(std::move(xdg_surface)) {}

void XdgToplevel::on_destroyed() {
    context.windows->remove(this);
}

void XdgToplevel::commit(bool has_contents) {
    if (!has_contents)
        return context.windows->remove_mapped(this);
    context.windows->push(shared_from_this());
    if (nudge_ == Nudge::kAcknowledged) {
        nudge_ = Nudge::kNone;
        schedule_configure();
    }
}

void XdgToplevel::acknowledged(std::uint32_t serial) {
    if (nudge_ == Nudge::kSent && serial - nudge_serial_ < 1U << 31)
        nudge_ = Nudge::kAcknowledged;
}

void XdgToplevel::set_activated(bool activated) {
    if (std::exchange(activated_, activated) != activated)
        schedule_configure();
}

void XdgToplevel::set_fullscreen(bool fullscreen) {
    fullscreen_ = fullscreen;
    schedule_configure();
}

void XdgToplevel::screen_changed(bool scale_changed) {
    if (scale_changed)
        nudge_ = Nudge::kWanted;
    schedule_configure();
}

void XdgToplevel::schedule_configure() {
    if (std::exchange(scheduled_, true))
        return;
    context.loop.defer([weak = weak_from_this()] {
        if (auto self = weak.lock())
            self->configure();
    });
}

void XdgToplevel::configure() {
    scheduled_ = false;
    auto surface = xdg_surface();
    if (!resource() || !surface)
        return;
    Box size = context.output->logical_box();
    if (nudge_ == Nudge::kWanted) {
        size.width += kNudgeWidth;
        size.height += kNudgeHeight;
    }
    StateArray states;
    states.add(XDG_TOPLEVEL_STATE_MAXIMIZED);
    if (fullscreen_)
        states.add(XDG_TOPLEVEL_STATE_FULLSCREEN);
    if (activated_)
        states.add(XDG_TOPLEVEL_STATE_ACTIVATED);
    xdg_toplevel_send_configure(resource(), size.width, size.height, &states.array);
    const std::uint32_t serial = surface->send_configure();
    if (nudge_ == Nudge::kWanted) {
        nudge_ = Nudge::kSent;
        nudge_serial_ = serial;
    }
}

namespace {

XdgToplevel& self(wl_resource* resource) {
    return *object_of<XdgToplevel>(resource);
}

// Every window is as large as the screen, so wishes for another size change nothing, but the
// protocol promises an answer to those for a state.
void answer(wl_client*, wl_resource* resource) {
    self(resource).schedule_configure();
}

const struct xdg_toplevel_interface kRequests = {
    .destroy = destroy_request,
    .set_parent = [](wl_client*, wl_resource*, wl_resource*) {},
    .set_title = [](wl_client*, wl_resource*, const char*) {},
    .set_app_id = [](wl_client*, wl_resource*, const char*) {},
    .show_window_menu = [](wl_client*, wl_resource*, wl_resource*, std::uint32_t, std::int32_t,
                           std::int32_t) {},
    .move = [](wl_client*, wl_resource*, wl_resource*, std::uint32_t) {},
    .resize = [](wl_client*, wl_resource*, wl_resource*, std::uint32_t, std::uint32_t) {},
    .set_max_size = [](wl_client*, wl_resource*, std::int32_t, std::int32_t) {},
    .set_min_size = [](wl_client*, wl_resource*, std::int32_t, std::int32_t) {},
    .set_maximized = answer,
    .unset_maximized = answer,
    .set_fullscreen = [](wl_client*, wl_resource* resource,
                         wl_resource*) { self(resource).set_fullscreen(true); },
    .unset_fullscreen = [](wl_client*,
                           wl_resource* resource) { self(resource).set_fullscreen(false); },
    .set_minimized = [](wl_client*, wl_resource*) {},
};

}  // namespace

void create_xdg_toplevel(wl_client* client, wl_resource* resource, std::uint32_t id) {
    auto xdg_surface = object_of<XdgSurface>(resource);
    auto surface = xdg_surface->surface();
    if (!surface || xdg_surface->role() || !surface->set_role(Role::kToplevel))
        return wl_resource_post_error(resource, XDG_WM_BASE_ERROR_ROLE, "has a role already");
    auto toplevel = make_object<XdgToplevel>(surface->owner(), client, &xdg_toplevel_interface,
                                             wl_resource_get_version(resource), id, &kRequests,
                                             xdg_surface);
    if (!toplevel)
        return;
    xdg_surface->set_role(toplevel);
    surface->owner().windows->created(toplevel);
}

}  // namespace sudare::compositor

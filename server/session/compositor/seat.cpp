// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/seat.h"

#include <wayland-server-protocol.h>

#include <utility>

#include "server/session/compositor/context.h"
#include "server/session/compositor/surface.h"
#include "server/session/compositor/text_input.h"
#include "server/session/compositor/window_stack.h"

namespace sudare::compositor {
namespace {

constexpr int kVersion = 8;  // the version that brought axis_value120

Seat& seat_of(wl_resource* resource) {
    return *static_cast<Seat*>(wl_resource_get_user_data(resource));
}

const struct wl_seat_interface kRequests = {
    .get_pointer =
        [](wl_client* client, wl_resource* resource, std::uint32_t id) {
            seat_of(resource).pointer().bind(client, wl_resource_get_version(resource), id);
        },
    .get_keyboard =
        [](wl_client* client, wl_resource* resource, std::uint32_t id) {
            seat_of(resource).keyboard().bind(client, wl_resource_get_version(resource), id);
        },
    .get_touch =
        [](wl_client*, wl_resource* resource, std::uint32_t) {
            wl_resource_post_error(resource, WL_SEAT_ERROR_MISSING_CAPABILITY, "no touch");
        },
    .release = destroy_request,
};

}  // namespace

Seat::Seat(Context& context, Keymaps keymaps, KeyboardLayout layout)
    : context_(context),
      keyboard_(context, std::move(keymaps), layout),
      pointer_(context),
      drag_(context),
      global_(wl_global_create(context.display, &wl_seat_interface, kVersion, this, bind)) {}

void Seat::bind(wl_client* client, void* data, std::uint32_t version, std::uint32_t id) {
    wl_resource* resource =
        wl_resource_create(client, &wl_seat_interface, static_cast<int>(version), id);
    if (!resource)
        return wl_client_post_no_memory(client);
    wl_resource_set_implementation(resource, &kRequests, data, nullptr);
    wl_seat_send_capabilities(resource, WL_SEAT_CAPABILITY_POINTER | WL_SEAT_CAPABILITY_KEYBOARD);
    if (version >= WL_SEAT_NAME_SINCE_VERSION)
        wl_seat_send_name(resource, "seat0");
}

void Seat::pointer_move(Point device) {
    if (!drag_.active())
        return pointer_.move(device);
    pointer_.place(device);
    drag_.motion(pointer_.position());
}

void Seat::button(std::uint16_t code, bool down) {
    if (down && !pointer_.focused() && !drag_.active())
        context_.windows->dismiss_grabs();
    pointer_.button(code, down);
    if (drag_.active() && !pointer_.pressed())
        drag_.drop();
}

void Seat::wheel(std::int32_t dx120, std::int32_t dy120) {
    if (!drag_.active())
        pointer_.wheel(dx120, dy120);
}

void Seat::release_all() {
    drag_.cancel();
    pointer_.release_all();
    keyboard_.release_all();
}

void Seat::focus_keyboard(const std::shared_ptr<Surface>& surface) {
    keyboard_.focus(surface);
    context_.text_inputs->focus(surface);
}

void Seat::scene_changed() {
    if (std::exchange(refocus_scheduled_, true))
        return;
    context_.loop.defer([this, alive = std::weak_ptr<int>(alive_)] {
        if (alive.expired())
            return;
        refocus_scheduled_ = false;
        if (!drag_.active())
            pointer_.refocus();
    });
}

}  // namespace sudare::compositor

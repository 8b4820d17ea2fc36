// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/pointer.h"

#include <wayland-server-protocol.h>

#include <algorithm>
#include <utility>

#include "server/session/compositor/context.h"
#include "server/session/compositor/output.h"
#include "server/session/compositor/seat.h"
#include "server/session/compositor/surface.h"

namespace sudare::compositor {

struct PointerHandle : Object {
    using Object::Object;
};

namespace {

constexpr std::size_t kButtonsMax = 8;
constexpr std::int32_t kNotch = 120;
// wl_pointer.axis per notch: what libinput's users send and Chromium divides by.
constexpr double kAxisPerNotch = 10.0;

void set_cursor_surface(wl_client* client, wl_resource* resource, std::uint32_t,
                        wl_resource* surface_resource, std::int32_t, std::int32_t) {
    auto handle = object_of<PointerHandle>(resource);
    auto surface = object_of<Surface>(surface_resource);
    if (surface && !surface->set_role(Role::kCursor))
        return wl_resource_post_error(resource, WL_POINTER_ERROR_ROLE, "has another role");
    // A picture of the client's own is shown as the plain arrow: no bitmap leaves.
    handle->owner().seat->pointer().set_cursor(client, surface ? Cursor::kDefault : Cursor::kHidden);
}

const struct wl_pointer_interface kRequests = {
    .set_cursor = set_cursor_surface,
    .release = destroy_request,
};

wl_fixed_t fixed(double value) {
    return wl_fixed_from_double(value);
}

}  // namespace

void Pointer::bind(wl_client* client, int version, std::uint32_t id) {
    auto handle = make_object<PointerHandle>(context_, client, &wl_pointer_interface, version, id,
                                             &kRequests);
    if (!handle)
        return;
    std::erase_if(handles_, [](const auto& known) { return known.expired(); });
    handles_.push_back(handle);
    if (auto surface = focus_.lock(); surface && surface->client() == client) {
        focus_.reset();  // entered once more, so that the new handle hears of it
        refocus();
    }
}

template <typename Tell>
void Pointer::for_focused(Tell tell) const {
    auto surface = focus_.lock();
    if (!surface || !surface->resource())
        return;
    for (const auto& known : handles_) {
        auto handle = known.lock();
        if (!handle || !handle->resource() || handle->client() != surface->client())
            continue;
        tell(*handle, *surface);
        if (handle->version() >= WL_POINTER_FRAME_SINCE_VERSION)
            wl_pointer_send_frame(handle->resource());
    }
}

void Pointer::place(Point device) {
    const Box screen = context_.output->device_box();
    position_ = {std::clamp(device.x, 0, screen.width - 1),
                 std::clamp(device.y, 0, screen.height - 1)};
}

void Pointer::move(Point device) {
    place(device);
    refocus();
    auto surface = focus_.lock();
    const auto at = surface ? context_.scene->locate(*surface, position_) : std::nullopt;
    if (!at)
        return;
    for_focused([&](const PointerHandle& handle, Surface&) {
        wl_pointer_send_motion(handle.resource(), event_time(), fixed(at->x), fixed(at->y));
    });
}

void Pointer::refocus() {
    auto held = focus_.lock();
    if (pressed() && held && held->resource())
        return;
    focus(context_.scene->hit(position_));
}

void Pointer::leave() {
    focus({});
}

void Pointer::focus(const Scene::Hit& hit) {
    if (focus_.lock() == hit.surface)
        return;
    const std::uint32_t serial = context_.next_serial();
    for_focused([&](const PointerHandle& handle, Surface& left) {
        wl_pointer_send_leave(handle.resource(), serial, left.resource());
    });
    focus_ = hit.surface;
    for_focused([&](const PointerHandle& handle, Surface& entered) {
        wl_pointer_send_enter(handle.resource(), context_.next_serial(), entered.resource(),
                              fixed(hit.x), fixed(hit.y));
    });
    if (!hit.surface)
        show(Cursor::kDefault);
}

void Pointer::button(std::uint16_t code, bool down) {
    const auto known = std::ranges::find(buttons_, code);
    if ((known != buttons_.end()) == down || (down && buttons_.size() >= kButtonsMax))
        return;
    const std::uint32_t serial = context_.next_serial();
    if (down) {
        if (buttons_.empty())
            press_serial_ = serial;
        buttons_.push_back(code);
    } else {
        buttons_.erase(known);
    }
    for_focused([&](const PointerHandle& handle, Surface&) {
        wl_pointer_send_button(
            handle.resource(), serial, event_time(), code,
            down ? WL_POINTER_BUTTON_STATE_PRESSED : WL_POINTER_BUTTON_STATE_RELEASED);
    });
    if (buttons_.empty()) {
        press_serial_ = 0;
        if (!context_.seat->drag().active())
            refocus();
    }
}

void Pointer::release_all() {
    while (!buttons_.empty())
        button(buttons_.back(), false);
}

namespace {

// The whole notches among `rest` plus `delta`; the remainder stays in `rest`.
std::int32_t take_notches(std::int32_t& rest, std::int32_t delta) {
    rest += delta;
    const std::int32_t notches = rest / kNotch;
    rest %= kNotch;
    return notches;
}

void send_axis(const PointerHandle& handle, wl_pointer_axis axis, std::int32_t delta120,
               std::int32_t notches) {
    if (delta120 == 0)
        return;
    if (handle.version() >= WL_POINTER_AXIS_VALUE120_SINCE_VERSION)
        wl_pointer_send_axis_value120(handle.resource(), axis, delta120);
    else if (handle.version() >= WL_POINTER_AXIS_DISCRETE_SINCE_VERSION && notches != 0)
        wl_pointer_send_axis_discrete(handle.resource(), axis, notches);
    wl_pointer_send_axis(handle.resource(), event_time(), axis,
                         fixed(delta120 * kAxisPerNotch / kNotch));
}

}  // namespace

void Pointer::wheel(std::int32_t dx120, std::int32_t dy120) {
    const std::int32_t notches_x = take_notches(wheel_rest_x_, dx120);
    const std::int32_t notches_y = take_notches(wheel_rest_y_, dy120);
    for_focused([&](const PointerHandle& handle, Surface&) {
        if (handle.version() >= WL_POINTER_AXIS_SOURCE_SINCE_VERSION)
            wl_pointer_send_axis_source(handle.resource(), WL_POINTER_AXIS_SOURCE_WHEEL);
        send_axis(handle, WL_POINTER_AXIS_HORIZONTAL_SCROLL, dx120, notches_x);
        send_axis(handle, WL_POINTER_AXIS_VERTICAL_SCROLL, dy120, notches_y);
    });
}

void Pointer::set_cursor(wl_client* client, Cursor shape) {
    auto surface = focus_.lock();
    if (surface && surface->client() == client)
        show(shape);
}

void Pointer::show(Cursor shape) {
    if (std::exchange(cursor_, shape) != shape)
        context_.delegate.on_cursor(shape);
}

}  // namespace sudare::compositor

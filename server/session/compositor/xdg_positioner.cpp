// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/xdg_positioner.h"

#include "server/session/compositor/context.h"
#include "xdg-shell-server-protocol.h"

namespace sudare::compositor {
namespace {

struct Positioner : Object {
    using Object::Object;
    PopupRules rules;
};

PopupRules& rules(wl_resource* resource) {
    return object_of<Positioner>(resource)->rules;
}

void bad_input(wl_resource* resource, const char* what) {
    wl_resource_post_error(resource, XDG_POSITIONER_ERROR_INVALID_INPUT, "%s", what);
}

void set_size(wl_client*, wl_resource* resource, std::int32_t width, std::int32_t height) {
    if (width < 1 || height < 1)
        return bad_input(resource, "size");
    rules(resource).width = clamp_coordinate(width);
    rules(resource).height = clamp_coordinate(height);
}

void set_anchor_rect(wl_client*, wl_resource* resource, std::int32_t x, std::int32_t y,
                     std::int32_t width, std::int32_t height) {
    if (width < 0 || height < 0)
        return bad_input(resource, "anchor rectangle");
    rules(resource).anchor_rect = Box::clamped(x, y, width, height);
}

void set_anchor(wl_client*, wl_resource* resource, std::uint32_t anchor) {
    const auto direction = direction_from(anchor);
    if (!direction)
        return bad_input(resource, "anchor");
    rules(resource).anchor = *direction;
}

void set_gravity(wl_client*, wl_resource* resource, std::uint32_t gravity) {
    const auto direction = direction_from(gravity);
    if (!direction)
        return bad_input(resource, "gravity");
    rules(resource).gravity = *direction;
}

const struct xdg_positioner_interface kRequests = {
    .destroy = destroy_request,
    .set_size = set_size,
    .set_anchor_rect = set_anchor_rect,
    .set_anchor = set_anchor,
    .set_gravity = set_gravity,
    .set_constraint_adjustment =
        [](wl_client*, wl_resource* resource, std::uint32_t adjustment) {
            rules(resource).adjustment = adjustment;
        },
    .set_offset =
        [](wl_client*, wl_resource* resource, std::int32_t x, std::int32_t y) {
            rules(resource).offset = {clamp_coordinate(x), clamp_coordinate(y)};
        },
    .set_reactive = nullptr,  // since version 3; we offer 2
    .set_parent_size = nullptr,
    .set_parent_configure = nullptr,
};

}  // namespace

void create_xdg_positioner(Context& context, wl_client* client, int version, std::uint32_t id) {
    make_object<Positioner>(context, client, &xdg_positioner_interface, version, id, &kRequests);
}

PopupRules rules_of(wl_resource* positioner) {
    return rules(positioner);
}

}  // namespace sudare::compositor

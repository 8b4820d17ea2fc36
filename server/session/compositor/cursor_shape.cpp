// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/cursor_shape.h"

#include <wayland-server-protocol.h>

#include "server/session/compositor/context.h"
#include "server/session/compositor/cursor_shape_protocol.h"
#include "server/session/compositor/seat.h"

namespace sudare::compositor {
namespace {

struct ShapeDevice : Object {
    using Object::Object;
};

constexpr std::uint32_t kErrorInvalidShape = 1;  // wp_cursor_shape_device_v1.error

void set_shape(wl_client* client, wl_resource* resource, std::uint32_t, std::uint32_t number) {
    const auto shape = wire::cursor_from(number);
    if (!shape || *shape == Cursor::kHidden)
        return wl_resource_post_error(resource, kErrorInvalidShape, "shape %u", number);
    object_of<ShapeDevice>(resource)->owner().seat->pointer().set_cursor(client, *shape);
}

const CursorShapeDeviceRequests kDeviceRequests = {
    .destroy = destroy_request,
    .set_shape = set_shape,
};

const CursorShapeManagerRequests kRequests = {
    .destroy = destroy_request,
    .get_pointer =
        [](wl_client* client, wl_resource* resource, std::uint32_t id, wl_resource*) {
            make_object<ShapeDevice>(context_of(resource), client, &kCursorShapeDeviceInterface,
                                     wl_resource_get_version(resource), id, &kDeviceRequests);
        },
    // There is no tablet to name, so no client can come here with a valid object.
    .get_tablet_tool =
        [](wl_client*, wl_resource* resource, std::uint32_t, wl_resource*) {
            wl_resource_post_error(resource, WL_DISPLAY_ERROR_INVALID_METHOD, "no tablets");
        },
};

}  // namespace

Global create_cursor_shape(Context& context) {
    return make_global<&kCursorShapeManagerInterface, &kRequests>(context, 1);
}

}  // namespace sudare::compositor

// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/data_device.h"

#include <wayland-server-protocol.h>

#include "server/session/compositor/context.h"
#include "server/session/compositor/data_source.h"
#include "server/session/compositor/seat.h"
#include "server/session/compositor/surface.h"

namespace sudare::compositor {
namespace {

void start_drag(wl_client*, wl_resource* resource, wl_resource* source, wl_resource* origin,
                wl_resource* icon_resource, std::uint32_t serial) {
    auto icon = object_of<Surface>(icon_resource);
    if (icon && !icon->set_role(Role::kDragIcon))
        return wl_resource_post_error(resource, WL_DATA_DEVICE_ERROR_ROLE, "has another role");
    object_of<DataDevice>(resource)->owner().seat->drag().start(
        object_of<DataSource>(source), object_of<Surface>(origin), icon, serial);
}

const struct wl_data_device_interface kDeviceRequests = {
    .start_drag = start_drag,
    .set_selection = [](wl_client*, wl_resource*, wl_resource*, std::uint32_t) {},
    .release = destroy_request,
};

const struct wl_data_device_manager_interface kRequests = {
    .create_data_source =
        [](wl_client* client, wl_resource* resource, std::uint32_t id) {
            create_data_source(context_of(resource), client, wl_resource_get_version(resource), id);
        },
    .get_data_device =
        [](wl_client* client, wl_resource* resource, std::uint32_t id, wl_resource*) {
            auto device = make_object<DataDevice>(
                context_of(resource), client, &wl_data_device_interface,
                wl_resource_get_version(resource), id, &kDeviceRequests);
            if (device)
                context_of(resource).seat->drag().add_device(device);
        },
};

}  // namespace

Global create_data_device_manager(Context& context) {
    return make_global<&wl_data_device_manager_interface, &kRequests>(context, 3);
}

}  // namespace sudare::compositor

// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/wl_compositor.h"

#include <wayland-server-protocol.h>

#include "server/session/compositor/context.h"
#include "server/session/compositor/surface.h"
#include "server/session/compositor/wl_region.h"

namespace sudare::compositor {
namespace {

constexpr int kVersion = 4;  // what Chromium 156 binds

const struct wl_compositor_interface kRequests = {
    .create_surface =
        [](wl_client* client, wl_resource* resource, std::uint32_t id) {
            create_surface(context_of(resource), client, wl_resource_get_version(resource), id);
        },
    .create_region =
        [](wl_client* client, wl_resource* resource, std::uint32_t id) {
            create_region(context_of(resource), client, wl_resource_get_version(resource), id);
        },
};

}  // namespace

Global create_wl_compositor(Context& context) {
    return make_global<&wl_compositor_interface, &kRequests>(context, kVersion);
}

}  // namespace sudare::compositor

// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/xdg_wm_base.h"

#include "server/session/compositor/context.h"
#include "server/session/compositor/xdg_positioner.h"
#include "server/session/compositor/xdg_surface.h"
#include "xdg-shell-server-protocol.h"

namespace sudare::compositor {
namespace {

constexpr int kVersion = 2;  // what was tried; 3 would add moving popups while they are open

const struct xdg_wm_base_interface kRequests = {
    .destroy = destroy_request,
    .create_positioner =
        [](wl_client* client, wl_resource* resource, std::uint32_t id) {
            create_xdg_positioner(context_of(resource), client, wl_resource_get_version(resource),
                                  id);
        },
    .get_xdg_surface =
        [](wl_client* client, wl_resource* resource, std::uint32_t id, wl_resource* surface) {
            create_xdg_surface(context_of(resource), client, resource, id, surface);
        },
    .pong = [](wl_client*, wl_resource*, std::uint32_t) {},  // we never ping
};

}  // namespace

Global create_xdg_wm_base(Context& context) {
    return make_global<&xdg_wm_base_interface, &kRequests>(context, kVersion);
}

}  // namespace sudare::compositor

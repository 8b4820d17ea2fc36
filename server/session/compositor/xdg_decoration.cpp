// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/xdg_decoration.h"

#include "server/session/compositor/context.h"
#include "server/session/compositor/xdg_toplevel.h"
#include "xdg-decoration-unstable-v1-server-protocol.h"

namespace sudare::compositor {
namespace {

class Decoration : public Object {
   public:
    Decoration(Context& owner, std::weak_ptr<XdgToplevel> window)
        : Object(owner), window_(std::move(window)) {}
    void answer() {
        zxdg_toplevel_decoration_v1_send_configure(resource(),
                                                   ZXDG_TOPLEVEL_DECORATION_V1_MODE_SERVER_SIDE);
        if (auto window = window_.lock())
            window->schedule_configure();
    }

   private:
    std::weak_ptr<XdgToplevel> window_;
};

const struct zxdg_toplevel_decoration_v1_interface kDecorationRequests = {
    .destroy = destroy_request,
    .set_mode = [](wl_client*, wl_resource* resource,
                   std::uint32_t) { object_of<Decoration>(resource)->answer(); },
    .unset_mode = [](wl_client*,
                     wl_resource* resource) { object_of<Decoration>(resource)->answer(); },
};

void get_toplevel_decoration(wl_client* client, wl_resource* resource, std::uint32_t id,
                             wl_resource* toplevel) {
    auto decoration = make_object<Decoration>(
        context_of(resource), client, &zxdg_toplevel_decoration_v1_interface,
        wl_resource_get_version(resource), id, &kDecorationRequests,
        object_of<XdgToplevel>(toplevel));
    // The window's own first configure follows its first commit; only the mode is told now.
    if (decoration)
        zxdg_toplevel_decoration_v1_send_configure(decoration->resource(),
                                                   ZXDG_TOPLEVEL_DECORATION_V1_MODE_SERVER_SIDE);
}

const struct zxdg_decoration_manager_v1_interface kRequests = {
    .destroy = destroy_request,
    .get_toplevel_decoration = get_toplevel_decoration,
};

}  // namespace

Global create_xdg_decoration(Context& context) {
    return make_global<&zxdg_decoration_manager_v1_interface, &kRequests>(context, 1);
}

}  // namespace sudare::compositor

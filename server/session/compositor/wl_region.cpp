// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/wl_region.h"

#include <wayland-server-protocol.h>

#include "server/session/compositor/context.h"

namespace sudare::compositor {
namespace {

struct RegionObject : Object {
    using Object::Object;
    Region region;
};

// Union and subtraction of n boxes cost n^2 in the end: a region of more boxes than any honest
// client needs loses its precision instead (for opaque regions that could show a wrong pixel,
// in the browser's own window).
void change(wl_resource* resource, const Box& box, bool add) {
    Region& region = object_of<RegionObject>(resource)->region;
    if (add)
        region.add(box);
    else
        region.subtract(box);
    region.simplify(kRegionBoxesMax);
}

const struct wl_region_interface kRequests = {
    .destroy = destroy_request,
    .add = [](wl_client*, wl_resource* resource, std::int32_t x, std::int32_t y, std::int32_t width,
              std::int32_t height) {
        change(resource, Box::clamped(x, y, width, height), true);
    },
    .subtract = [](wl_client*, wl_resource* resource, std::int32_t x, std::int32_t y,
                   std::int32_t width, std::int32_t height) {
        change(resource, Box::clamped(x, y, width, height), false);
    },
};

}  // namespace

void create_region(Context& context, wl_client* client, int version, std::uint32_t id) {
    make_object<RegionObject>(context, client, &wl_region_interface, version, id, &kRequests);
}

Region region_of(wl_resource* resource) {
    return resource ? object_of<RegionObject>(resource)->region : Region();
}

}  // namespace sudare::compositor

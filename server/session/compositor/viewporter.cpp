// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/viewporter.h"

#include <memory>

#include "server/session/compositor/context.h"
#include "server/session/compositor/surface.h"
#include "viewporter-server-protocol.h"

namespace sudare::compositor {
namespace {

class Viewport : public Object {
   public:
    Viewport(Context& owner, std::weak_ptr<Surface> surface)
        : Object(owner), surface_(std::move(surface)) {}

    [[nodiscard]] ViewportState& state() { return state_; }
    // Hands the changed state to the surface's next commit; false when the surface is gone.
    bool submit() {
        auto surface = surface_.lock();
        if (!surface || !surface->resource())
            return false;
        surface->pending().viewport = state_;
        return true;
    }

   private:
    void on_destroyed() override {
        state_ = {};
        submit();
    }
    std::weak_ptr<Surface> surface_;
    ViewportState state_;
};

void submit(wl_resource* resource, Viewport& viewport) {
    if (!viewport.submit())
        wl_resource_post_error(resource, WP_VIEWPORT_ERROR_NO_SURFACE, "the surface is gone");
}

void set_source(wl_client*, wl_resource* resource, wl_fixed_t x, wl_fixed_t y, wl_fixed_t width,
                wl_fixed_t height) {
    auto viewport = object_of<Viewport>(resource);
    const wl_fixed_t unset = wl_fixed_from_int(-1);
    if (x == unset && y == unset && width == unset && height == unset) {
        viewport->state().source.reset();
        return submit(resource, *viewport);
    }
    if (x < 0 || y < 0 || width <= 0 || height <= 0)
        return wl_resource_post_error(resource, WP_VIEWPORT_ERROR_BAD_VALUE, "source rectangle");
    viewport->state().source = CropBox{wl_fixed_to_double(x), wl_fixed_to_double(y),
                                       wl_fixed_to_double(width), wl_fixed_to_double(height)};
    submit(resource, *viewport);
}

void set_destination(wl_client*, wl_resource* resource, std::int32_t width, std::int32_t height) {
    auto viewport = object_of<Viewport>(resource);
    const bool unset = width == -1 && height == -1;
    if (!unset && (width <= 0 || height <= 0))
        return wl_resource_post_error(resource, WP_VIEWPORT_ERROR_BAD_VALUE, "destination size");
    viewport->state().width = unset ? 0 : clamp_coordinate(width);
    viewport->state().height = unset ? 0 : clamp_coordinate(height);
    submit(resource, *viewport);
}

const struct wp_viewport_interface kViewportRequests = {
    .destroy = destroy_request,
    .set_source = set_source,
    .set_destination = set_destination,
};

const struct wp_viewporter_interface kRequests = {
    .destroy = destroy_request,
    .get_viewport =
        [](wl_client* client, wl_resource* resource, std::uint32_t id, wl_resource* surface) {
            make_object<Viewport>(context_of(resource), client, &wp_viewport_interface,
                                  wl_resource_get_version(resource), id, &kViewportRequests,
                                  object_of<Surface>(surface));
        },
};

}  // namespace

Global create_wp_viewporter(Context& context) {
    return make_global<&wp_viewporter_interface, &kRequests>(context, 1);
}

}  // namespace sudare::compositor

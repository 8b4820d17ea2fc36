// SPDX-License-Identifier: Apache-2.0
// The requests of wl_surface; what they mean is in surface.cpp.
#include <wayland-server-protocol.h>

#include "server/session/compositor/context.h"
#include "server/session/compositor/surface.h"
#include "server/session/compositor/wl_region.h"

namespace sudare::compositor {
namespace {

constexpr std::size_t kCallbacksPerCommitMax = 64;
constexpr std::int32_t kScaleMax = 8;

void attach(wl_client*, wl_resource* resource, wl_resource* buffer, std::int32_t x,
            std::int32_t y) {
    SurfaceState state;
    state.offset = {clamp_coordinate(x), clamp_coordinate(y)};
    state.buffer_set = true;
    state.buffer = BufferRef(buffer);
    object_of<Surface>(resource)->pending().merge(std::move(state));
}

void damage(wl_client*, wl_resource* resource, std::int32_t x, std::int32_t y, std::int32_t width,
            std::int32_t height) {
    Region& region = object_of<Surface>(resource)->pending().surface_damage;
    region.add(Box::clamped(x, y, width, height));
    region.simplify(kRegionBoxesMax);
}

void damage_buffer(wl_client*, wl_resource* resource, std::int32_t x, std::int32_t y,
                   std::int32_t width, std::int32_t height) {
    Region& region = object_of<Surface>(resource)->pending().buffer_damage;
    region.add(Box::clamped(x, y, width, height));
    region.simplify(kRegionBoxesMax);
}

void frame(wl_client* client, wl_resource* resource, std::uint32_t id) {
    auto surface = object_of<Surface>(resource);
    auto& callbacks = surface->pending().callbacks;
    if (callbacks.size() >= kCallbacksPerCommitMax)
        return wl_client_post_no_memory(client);
    auto callback = make_object<FrameCallback>(surface->owner(), client, &wl_callback_interface, 1,
                                               id, nullptr);
    if (callback)
        callbacks.push_back(callback);
}

void set_opaque_region(wl_client*, wl_resource* resource, wl_resource* region) {
    object_of<Surface>(resource)->pending().opaque = region_of(region);
}

void set_input_region(wl_client*, wl_resource* resource, wl_resource* region) {
    object_of<Surface>(resource)->pending().input =
        region ? std::optional<Region>(region_of(region)) : std::nullopt;
}

void commit(wl_client*, wl_resource* resource) {
    object_of<Surface>(resource)->commit();
}

void set_buffer_transform(wl_client*, wl_resource* resource, std::int32_t transform) {
    // No output of ours is rotated, so no client has a reason to.
    if (transform != WL_OUTPUT_TRANSFORM_NORMAL)
        wl_resource_post_error(resource, WL_SURFACE_ERROR_INVALID_TRANSFORM, "not supported");
}

void set_buffer_scale(wl_client*, wl_resource* resource, std::int32_t scale) {
    if (scale < 1 || scale > kScaleMax)
        return wl_resource_post_error(resource, WL_SURFACE_ERROR_INVALID_SCALE, "scale %d", scale);
    object_of<Surface>(resource)->pending().scale = scale;
}

const struct wl_surface_interface kRequests = {
    .destroy = destroy_request,
    .attach = attach,
    .damage = damage,
    .frame = frame,
    .set_opaque_region = set_opaque_region,
    .set_input_region = set_input_region,
    .commit = commit,
    .set_buffer_transform = set_buffer_transform,
    .set_buffer_scale = set_buffer_scale,
    .damage_buffer = damage_buffer,
    .offset = nullptr,  // version 5; we offer 4
};

}  // namespace

void create_surface(Context& context, wl_client* client, int version, std::uint32_t id) {
    if (context.surfaces >= kSurfacesMax)
        return wl_client_post_no_memory(client);
    make_object<Surface>(context, client, &wl_surface_interface, version, id, &kRequests);
}

}  // namespace sudare::compositor

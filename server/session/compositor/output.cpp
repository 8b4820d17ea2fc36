// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/output.h"

#include <wayland-server-protocol.h>

#include "server/session/compositor/context.h"
#include "server/session/compositor/surface.h"

namespace sudare::compositor {

struct OutputHandle : Object {
    using Object::Object;
};

namespace {

constexpr int kVersion = 4;
constexpr int kRefreshMilliHertz = 60'000;
// 96 dpi in 1/10 mm per pixel: browsers derive nothing from it, but 0 makes some divide by it.
constexpr int kTenthsOfMillimetrePer100Pixels = 265;

const struct wl_output_interface kRequests = {.release = destroy_request};

}  // namespace

Output::Output(Context& context, Size size, Scale scale)
    : context_(context),
      size_(size),
      scale_(scale),
      global_(wl_global_create(context.display, &wl_output_interface, kVersion, this, bind)) {}

Box Output::logical_box() const {
    return {0, 0, scale_.logical_cover(size_.width()), scale_.logical_cover(size_.height())};
}

void Output::bind(wl_client* client, void* data, std::uint32_t version, std::uint32_t id) {
    auto* self = static_cast<Output*>(data);
    auto handle = make_object<OutputHandle>(self->context_, client, &wl_output_interface,
                                            static_cast<int>(version), id, &kRequests);
    if (!handle)
        return;
    std::erase_if(self->handles_, [](const auto& known) { return known.expired(); });
    self->handles_.push_back(handle);
    self->describe(*handle);
}

void Output::describe(const OutputHandle& handle) const {
    wl_resource* resource = handle.resource();
    const int width = size_.width();
    const int height = size_.height();
    wl_output_send_geometry(resource, 0, 0, width * kTenthsOfMillimetrePer100Pixels / 1000,
                            height * kTenthsOfMillimetrePer100Pixels / 1000,
                            WL_OUTPUT_SUBPIXEL_NONE, "Sudare", "session",
                            WL_OUTPUT_TRANSFORM_NORMAL);
    wl_output_send_mode(resource, WL_OUTPUT_MODE_CURRENT | WL_OUTPUT_MODE_PREFERRED, width, height,
                        kRefreshMilliHertz);
    if (handle.version() >= WL_OUTPUT_SCALE_SINCE_VERSION)
        wl_output_send_scale(resource, scale_.integer());
    if (handle.version() >= WL_OUTPUT_NAME_SINCE_VERSION)
        wl_output_send_name(resource, "SUDARE-1");
    if (handle.version() >= WL_OUTPUT_DONE_SINCE_VERSION)
        wl_output_send_done(resource);
}

void Output::change(Size size, Scale scale) {
    size_ = size;
    scale_ = scale;
    for (const auto& known : handles_) {
        auto handle = known.lock();
        if (!handle || !handle->resource())
            continue;
        describe(*handle);
    }
}

void Output::enter(Surface& surface) {
    for (const auto& known : handles_) {
        auto handle = known.lock();
        if (handle && handle->resource() && handle->client() == surface.client())
            wl_surface_send_enter(surface.resource(), handle->resource());
    }
}

}  // namespace sudare::compositor

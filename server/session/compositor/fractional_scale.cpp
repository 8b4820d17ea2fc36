// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/fractional_scale.h"

#include "fractional-scale-v1-server-protocol.h"
#include "server/session/compositor/context.h"
#include "server/session/compositor/output.h"
#include "server/session/compositor/surface.h"

namespace sudare::compositor {

struct FractionalScaleHandle : Object {
    using Object::Object;
    void tell() {
        if (resource())
            wp_fractional_scale_v1_send_preferred_scale(resource(), owner().output->scale().v120());
    }
};

namespace {

const struct wp_fractional_scale_v1_interface kHandleRequests = {.destroy = destroy_request};

void get_fractional_scale(wl_client* client, wl_resource* resource, std::uint32_t id,
                          wl_resource* surface) {
    auto* self = static_cast<FractionalScale*>(wl_resource_get_user_data(resource));
    auto handle = make_object<FractionalScaleHandle>(
        object_of<Surface>(surface)->owner(), client, &wp_fractional_scale_v1_interface,
        wl_resource_get_version(resource), id, &kHandleRequests);
    if (!handle)
        return;
    self->add(handle);
    handle->tell();
}

const struct wp_fractional_scale_manager_v1_interface kRequests = {
    .destroy = destroy_request,
    .get_fractional_scale = get_fractional_scale,
};

}  // namespace

FractionalScale::FractionalScale(Context& context)
    : global_(wl_global_create(context.display, &wp_fractional_scale_manager_v1_interface, 1, this,
                               bind)) {}

void FractionalScale::bind(wl_client* client, void* data, std::uint32_t version,
                           std::uint32_t id) {
    wl_resource* resource = wl_resource_create(client, &wp_fractional_scale_manager_v1_interface,
                                               static_cast<int>(version), id);
    if (!resource)
        return wl_client_post_no_memory(client);
    wl_resource_set_implementation(resource, &kRequests, data, nullptr);
}

void FractionalScale::add(std::weak_ptr<FractionalScaleHandle> handle) {
    std::erase_if(handles_, [](const auto& known) { return known.expired(); });
    handles_.push_back(std::move(handle));
}

void FractionalScale::changed() {
    for (const auto& known : handles_)
        if (auto handle = known.lock())
            handle->tell();
}

}  // namespace sudare::compositor

// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/data_source.h"

#include <wayland-server-protocol.h>

#include <cstring>
#include <utility>

#include "server/session/compositor/context.h"
#include "server/session/compositor/seat.h"

namespace sudare::compositor {
namespace {

constexpr std::uint32_t kAllActions = WL_DATA_DEVICE_MANAGER_DND_ACTION_COPY |
                                      WL_DATA_DEVICE_MANAGER_DND_ACTION_MOVE |
                                      WL_DATA_DEVICE_MANAGER_DND_ACTION_ASK;

}  // namespace

// --- source --------------------------------------------------------------------------------------

bool DataSource::add_type(const char* mime_type) {
    if (types_.size() >= kMimeTypesMax || std::strlen(mime_type) > kMimeTypeBytesMax)
        return false;
    types_.emplace_back(mime_type);
    return true;
}

void DataSource::on_destroyed() {
    context.seat->drag().source_destroyed(this);
}

void DataSource::send_target(const char* mime_type) {
    if (resource())
        wl_data_source_send_target(resource(), mime_type);
}

void DataSource::send_data(const char* mime_type, int fd) {
    if (resource())
        wl_data_source_send_send(resource(), mime_type, fd);
}

void DataSource::send_action(std::uint32_t action) {
    if (version() >= WL_DATA_SOURCE_ACTION_SINCE_VERSION)
        wl_data_source_send_action(resource(), action);
}

void DataSource::send_drop_performed() {
    if (version() >= WL_DATA_SOURCE_DND_DROP_PERFORMED_SINCE_VERSION)
        wl_data_source_send_dnd_drop_performed(resource());
}

void DataSource::send_finished() {
    if (version() >= WL_DATA_SOURCE_DND_FINISHED_SINCE_VERSION)
        wl_data_source_send_dnd_finished(resource());
}

void DataSource::send_cancelled() {
    if (resource())
        wl_data_source_send_cancelled(resource());
}

namespace {

const struct wl_data_source_interface kSourceRequests = {
    .offer =
        [](wl_client* client, wl_resource* resource, const char* mime_type) {
            if (!object_of<DataSource>(resource)->add_type(mime_type))
                wl_client_post_no_memory(client);
        },
    .destroy = destroy_request,
    .set_actions =
        [](wl_client*, wl_resource* resource, std::uint32_t actions) {
            if (actions & ~kAllActions)
                return wl_resource_post_error(
                    resource, WL_DATA_SOURCE_ERROR_INVALID_ACTION_MASK, "actions %x", actions);
            object_of<DataSource>(resource)->set_actions(actions);
        },
};

}  // namespace

std::shared_ptr<DataSource> create_data_source(Context& context, wl_client* client, int version,
                                               std::uint32_t id) {
    return make_object<DataSource>(context, client, &wl_data_source_interface, version, id,
                                   &kSourceRequests);
}

// --- offer ---------------------------------------------------------------------------------------

DataOffer::DataOffer(Context& owner, std::weak_ptr<DataSource> source)
    : Object(owner), source_(std::move(source)) {}

void DataOffer::announce() {
    auto source = source_.lock();
    if (!source)
        return;
    for (const std::string& type : source->types())
        wl_data_offer_send_offer(resource(), type.c_str());
    if (version() >= WL_DATA_OFFER_SOURCE_ACTIONS_SINCE_VERSION)
        wl_data_offer_send_source_actions(resource(), source->actions());
}

void DataOffer::accept(const char* mime_type) {
    accepted_ = mime_type != nullptr;
    if (auto source = source_.lock())
        source->send_target(mime_type);
}

void DataOffer::receive(const char* mime_type, UniqueFd fd) {
    if (auto source = source_.lock())
        source->send_data(mime_type, fd.get());
}

void DataOffer::set_actions(std::uint32_t actions, std::uint32_t preferred) {
    actions_ = actions;
    preferred_ = preferred;
    choose_action();
}

// As wl_data_offer.set_actions describes: the preferred one if both sides have it, else the first
// common one.
void DataOffer::choose_action() {
    auto source = source_.lock();
    if (!source)
        return;
    const std::uint32_t common = actions_ & source->actions();
    const std::uint32_t chosen = (common & preferred_) ? preferred_ : common & (~common + 1);
    if (std::exchange(action_, chosen) == chosen)
        return;
    if (resource() && version() >= WL_DATA_OFFER_ACTION_SINCE_VERSION)
        wl_data_offer_send_action(resource(), chosen);
    source->send_action(chosen);
}

bool DataOffer::drop() {
    auto source = source_.lock();
    const bool negotiates = version() >= WL_DATA_OFFER_ACTION_SINCE_VERSION;
    if (!source || !accepted_ || (negotiates && action_ == 0))
        return false;
    dropped_ = true;
    return true;
}

void DataOffer::finish() {
    if (!std::exchange(dropped_, false))
        return;
    if (auto source = source_.lock())
        source->send_finished();
}

void DataOffer::on_destroyed() {
    auto source = source_.lock();
    if (std::exchange(dropped_, false) && source)
        source->send_cancelled();  // dropped, but never finished
}

namespace {

const struct wl_data_offer_interface kOfferRequests = {
    .accept = [](wl_client*, wl_resource* resource, std::uint32_t,
                 const char* mime_type) { object_of<DataOffer>(resource)->accept(mime_type); },
    .receive =
        [](wl_client*, wl_resource* resource, const char* mime_type, std::int32_t fd) {
            object_of<DataOffer>(resource)->receive(mime_type, UniqueFd(fd));
        },
    .destroy = destroy_request,
    .finish = [](wl_client*,
                 wl_resource* resource) { object_of<DataOffer>(resource)->finish(); },
    .set_actions =
        [](wl_client*, wl_resource* resource, std::uint32_t actions, std::uint32_t preferred) {
            const bool one = (preferred & (preferred - 1)) == 0;
            if ((actions & ~kAllActions) || (preferred & ~actions) || !one)
                return wl_resource_post_error(
                    resource, WL_DATA_OFFER_ERROR_INVALID_ACTION_MASK, "actions %x", actions);
            object_of<DataOffer>(resource)->set_actions(actions, preferred);
        },
};

}  // namespace

std::shared_ptr<DataOffer> create_data_offer(Context& context, wl_resource* device,
                                             const std::shared_ptr<DataSource>& source) {
    wl_client* client = wl_resource_get_client(device);
    auto offer = make_object<DataOffer>(context, client, &wl_data_offer_interface,
                                        wl_resource_get_version(device), 0, &kOfferRequests,
                                        source);
    if (!offer)
        return nullptr;
    wl_data_device_send_data_offer(device, offer->resource());
    offer->announce();
    return offer;
}

}  // namespace sudare::compositor

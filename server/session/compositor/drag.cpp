// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/drag.h"

#include <wayland-server-protocol.h>

#include <utility>

#include "server/session/compositor/context.h"
#include "server/session/compositor/data_device.h"
#include "server/session/compositor/seat.h"
#include "server/session/compositor/surface.h"

namespace sudare::compositor {

void Drag::add_device(std::weak_ptr<DataDevice> device) {
    std::erase_if(devices_, [](const auto& known) { return known.expired(); });
    devices_.push_back(std::move(device));
}

template <typename Tell>
void Drag::for_devices(Tell tell) const {
    for (const auto& known : devices_) {
        auto device = known.lock();
        if (device && device->resource() && device->client() == client_)
            tell(device->resource());
    }
}

void Drag::start(std::shared_ptr<DataSource> source, const std::shared_ptr<Surface>& origin,
                 const std::shared_ptr<Surface>& icon, std::uint32_t serial) {
    Pointer& pointer = context_.seat->pointer();
    const bool held = pointer.pressed() && pointer.focused() == origin &&
                      pointer.press_serial() == serial;
    if (active_ || !held) {
        if (source)
            source->send_cancelled();
        return;
    }
    active_ = true;
    has_source_ = source != nullptr;
    client_ = origin->client();
    source_ = source;
    icon_ = icon;
    pointer.leave();
    motion(pointer.position());
}

void Drag::motion(Point device) {
    context_.scene->set_drag_icon(icon_, device);
    const Scene::Hit hit = context_.scene->hit(device);
    if (hit.surface != target_.lock())
        enter(hit);
    if (!hit.surface)
        return;
    for_devices([&](wl_resource* handle) {
        wl_data_device_send_motion(handle, event_time(), wl_fixed_from_double(hit.x),
                                   wl_fixed_from_double(hit.y));
    });
}

void Drag::enter(const Scene::Hit& hit) {
    leave();
    if (!hit.surface || hit.surface->client() != client_)
        return;
    target_ = hit.surface;
    auto source = source_.lock();
    for_devices([&](wl_resource* handle) {
        wl_resource* offer = nullptr;
        if (source) {
            auto made = create_data_offer(context_, handle, source);
            if (!made)
                return;
            offers_.push_back(made);
            offer = made->resource();
        }
        wl_data_device_send_enter(handle, context_.next_serial(), hit.surface->resource(),
                                  wl_fixed_from_double(hit.x), wl_fixed_from_double(hit.y), offer);
    });
}

void Drag::leave() {
    offers_.clear();
    if (target_.expired())
        return;
    target_.reset();
    for_devices([](wl_resource* handle) { wl_data_device_send_leave(handle); });
}

void Drag::drop() {
    bool taken = !has_source_;
    for (const auto& known : offers_)
        if (auto offer = known.lock(); offer && offer->resource())
            taken = offer->drop() || taken;
    auto source = source_.lock();
    if (taken && !target_.expired()) {
        // Chromium takes the drop only if it hears of it in this order, and ends it at the leave.
        for_devices([](wl_resource* handle) { wl_data_device_send_drop(handle); });
        if (source)
            source->send_drop_performed();
    } else if (source) {
        source->send_cancelled();
    }
    end();
}

void Drag::cancel() {
    if (!active_)
        return;
    if (auto source = source_.lock())
        source->send_cancelled();
    end();
}

void Drag::source_destroyed(const DataSource* source) {
    auto own = source_.lock();
    if (active_ && has_source_ && (!own || own.get() == source))
        end();
}

void Drag::end() {
    leave();
    active_ = false;
    source_.reset();
    context_.scene->set_drag_icon({}, {});
    icon_.reset();
    context_.seat->pointer().refocus();
}

}  // namespace sudare::compositor

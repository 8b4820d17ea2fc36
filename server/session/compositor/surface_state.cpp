// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/surface_state.h"

#include <wayland-server-protocol.h>

#include <utility>

#include "server/session/compositor/context.h"

namespace sudare::compositor {

BufferRef::BufferRef(wl_resource* buffer) {
    if (!buffer)
        return;
    node_ = std::make_unique<Node>();
    node_->buffer = buffer;
    node_->listener.notify = [](wl_listener* listener, void*) {
        auto* node = reinterpret_cast<Node*>(listener);
        wl_list_remove(&node->listener.link);
        node->buffer = nullptr;
    };
    wl_resource_add_destroy_listener(buffer, &node_->listener);
}

BufferRef::Node::~Node() {
    if (buffer)
        wl_list_remove(&listener.link);
}

void BufferRef::release() {
    if (wl_resource* buffer = get())
        wl_buffer_send_release(buffer);
    node_.reset();
}

void FrameCallback::done() {
    if (!resource())
        return;
    wl_callback_send_done(resource(), event_time());
    wl_resource_destroy(resource());
}

void SurfaceState::merge(SurfaceState newer) {
    if (newer.buffer_set) {
        if (buffer.get() != newer.buffer.get())
            buffer.release();
        buffer = std::move(newer.buffer);
        buffer_set = true;
    }
    // Simplified: a synchronised subsurface may commit for ever before its parent does.
    surface_damage.add(newer.surface_damage);
    surface_damage.simplify(kRegionBoxesMax);
    buffer_damage.add(newer.buffer_damage);
    buffer_damage.simplify(kRegionBoxesMax);
    if (newer.opaque)
        opaque = std::move(newer.opaque);
    if (newer.input)
        input = std::move(newer.input);
    offset = {clamp_coordinate(std::int64_t{offset.x} + newer.offset.x),
              clamp_coordinate(std::int64_t{offset.y} + newer.offset.y)};
    if (newer.scale)
        scale = newer.scale;
    if (newer.viewport)
        viewport = newer.viewport;
    callbacks.insert(callbacks.end(), newer.callbacks.begin(), newer.callbacks.end());
}

bool SurfaceState::empty() const {
    return !buffer_set && surface_damage.empty() && buffer_damage.empty() && !opaque && !input &&
           !scale && !viewport && callbacks.empty();
}

}  // namespace sudare::compositor

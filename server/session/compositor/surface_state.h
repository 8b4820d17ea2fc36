// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <wayland-server-core.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "server/session/compositor/region.h"
#include "server/session/compositor/resource.h"

namespace sudare::compositor {

// A wl_buffer that the client may destroy while we remember it.
class BufferRef {
   public:
    BufferRef() = default;
    explicit BufferRef(wl_resource* buffer);

    [[nodiscard]] wl_resource* get() const { return node_ ? node_->buffer : nullptr; }
    // Tells the client that it may draw into it again, and forgets it.
    void release();

   private:
    struct Node {
        wl_listener listener{};  // first: the trampoline casts
        wl_resource* buffer = nullptr;
        ~Node();
    };
    std::unique_ptr<Node> node_;
};

// wl_callback of wl_surface.frame.
class FrameCallback : public Object {
   public:
    using Object::Object;
    // Sends `done`; the handle is gone afterwards.
    void done();
};

// A rectangle of buffer pixels, which a viewport may place between pixels.
struct CropBox {
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;
    friend bool operator==(const CropBox&, const CropBox&) = default;
};

// wp_viewport, in surface coordinates.
struct ViewportState {
    std::optional<CropBox> source;
    std::int32_t width = 0;  // destination; 0: none
    std::int32_t height = 0;
};

// What a commit changes: only what was requested since the last one is set.
struct SurfaceState {
    bool buffer_set = false;
    BufferRef buffer;  // with buffer_set and without buffer: detach
    Region surface_damage;
    Region buffer_damage;
    std::optional<Region> opaque;
    std::optional<std::optional<Region>> input;
    std::optional<std::int32_t> scale;
    Point offset;  // the buffer's top left moves by this; logical
    std::optional<ViewportState> viewport;
    std::vector<std::weak_ptr<FrameCallback>> callbacks;

    // Lays a newer state over this one; a buffer that is thereby never shown is released.
    void merge(SurfaceState newer);
    [[nodiscard]] bool empty() const;
};

}  // namespace sudare::compositor

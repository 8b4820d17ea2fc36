// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "server/session/compositor/data_source.h"
#include "server/session/compositor/scene.h"

namespace sudare::compositor {

class Surface;
struct DataDevice;

// A drag inside the browser: from the press it began with to the release. Starting one that the
// compositor does not answer crashes Chromium (reference/wayland.md section 2), so it is honoured;
// source and target are always the same client.
class Drag {
   public:
    explicit Drag(Context& context) : context_(context) {}

    void add_device(std::weak_ptr<DataDevice> device);
    // `source` may be null: the client then keeps the data to itself.
    void start(std::shared_ptr<DataSource> source, const std::shared_ptr<Surface>& origin,
               const std::shared_ptr<Surface>& icon, std::uint32_t serial);
    [[nodiscard]] bool active() const { return active_; }
    void motion(Point device);
    void drop();
    void cancel();
    void source_destroyed(const DataSource* source);

   private:
    void enter(const Scene::Hit& hit);
    void leave();
    void end();
    // Calls `tell` with each data device handle of the dragging client.
    template <typename Tell>
    void for_devices(Tell tell) const;

    Context& context_;
    bool active_ = false;
    bool has_source_ = false;
    wl_client* client_ = nullptr;  // compared only, never dereferenced
    std::weak_ptr<DataSource> source_;
    std::weak_ptr<Surface> icon_;
    std::weak_ptr<Surface> target_;
    std::vector<std::weak_ptr<DataOffer>> offers_;  // for `target_`
    std::vector<std::weak_ptr<DataDevice>> devices_;
};

}  // namespace sudare::compositor

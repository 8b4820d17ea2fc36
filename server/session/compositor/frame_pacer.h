// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "server/session/compositor/event_loop.h"
#include "server/session/compositor/surface_state.h"

namespace sudare::compositor {

class Surface;

// wl_surface.frame, the throttle of the whole session. While the gate is open a callback is
// answered in the very commit that asked for it; while it is shut, or the surface cannot be seen,
// twice a second (kFrameFloor). The browser keeps no queue: on opening it draws its newest state.
class FramePacer {
   public:
    static Result<std::unique_ptr<FramePacer>> create(Context& context);

    void add(std::weak_ptr<Surface> surface, std::vector<std::weak_ptr<FrameCallback>> callbacks);
    // Answers what may be answered now; call after composing.
    void serve();
    void set_gate(bool open);

   private:
    explicit FramePacer(Context& context) : context_(context) {}
    void answer_all();

    struct Waiting {
        std::weak_ptr<Surface> surface;
        std::weak_ptr<FrameCallback> callback;
    };
    Context& context_;
    EventLoop::Timer floor_;
    std::vector<Waiting> waiting_;  // at most kFrameCallbacksMax
    bool armed_ = false;
    bool open_ = true;
};

}  // namespace sudare::compositor

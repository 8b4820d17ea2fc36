// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <wayland-server-core.h>

#include <functional>
#include <memory>
#include <vector>

#include "server/session/compositor/event_loop.h"

// libwayland's side of the event loop. For this folder only.
namespace sudare::compositor {

struct DisplayDeleter {
    void operator()(wl_display* display) const { wl_display_destroy(display); }
};

struct EventLoop::Native {
    std::unique_ptr<wl_display, DisplayDeleter> display;
    wl_event_loop* loop = nullptr;  // owned by display
    std::vector<std::function<void()>> deferred;
    wl_event_source* idle = nullptr;  // armed while `deferred` is not empty
    bool running = false;
};

}  // namespace sudare::compositor

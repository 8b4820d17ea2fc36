// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <wayland-server-core.h>

#include <cstdint>
#include <memory>

#include "server/session/compositor/compositor.h"
#include "server/session/compositor/pixel_store.h"

// The parts of one compositor, known to each other. Owned by Compositor; one thread.
namespace sudare::compositor {

class Output;
class Scene;
class FramePacer;
class WindowStack;
class Seat;
class TextInputs;
class InputMethods;

struct Context {
    Context(EventLoop& owner_loop, wl_display* owner_display, Delegate& owner_delegate)
        : loop(owner_loop), display(owner_display), delegate(owner_delegate) {}

    EventLoop& loop;
    wl_display* display;
    Delegate& delegate;
    Output* output = nullptr;
    WindowStack* windows = nullptr;
    Scene* scene = nullptr;
    FramePacer* pacer = nullptr;
    Seat* seat = nullptr;
    TextInputs* text_inputs = nullptr;
    InputMethods* input_methods = nullptr;

    PixelBudget pixels;
    std::size_t objects = 0;
    std::size_t surfaces = 0;
    std::uint64_t next_surface_id = 1;

    [[nodiscard]] std::uint32_t next_serial() const { return wl_display_next_serial(display); }
};

// Milliseconds of the monotonic clock, as wl_pointer and wl_keyboard want them.
std::uint32_t event_time();

}  // namespace sudare::compositor

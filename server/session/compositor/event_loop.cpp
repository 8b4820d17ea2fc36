// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/event_loop.h"

#include <algorithm>
#include <utility>

#include "server/session/compositor/native_loop.h"

namespace sudare::compositor {

// Nodes are shared between the handle and a running callback, so that a callback may destroy its
// own handle without freeing the function that is executing.
struct EventLoop::Watch::Node : std::enable_shared_from_this<Node> {
    std::function<void(std::uint32_t)> ready;
    wl_event_source* source = nullptr;
};

struct EventLoop::Timer::Node : std::enable_shared_from_this<Node> {
    std::function<void()> fired;
    wl_event_source* source = nullptr;
};

namespace {

std::uint32_t to_wayland(std::uint32_t interest) {
    std::uint32_t mask = 0;
    if (interest & EventLoop::kReadable)
        mask |= WL_EVENT_READABLE;
    if (interest & EventLoop::kWritable)
        mask |= WL_EVENT_WRITABLE;
    return mask;
}

std::uint32_t from_wayland(std::uint32_t mask) {
    std::uint32_t ready = 0;
    if (mask & WL_EVENT_READABLE)
        ready |= EventLoop::kReadable;
    if (mask & WL_EVENT_WRITABLE)
        ready |= EventLoop::kWritable;
    if (mask & (WL_EVENT_HANGUP | WL_EVENT_ERROR))
        ready |= EventLoop::kHangUp;
    return ready;
}

template <typename Node>
void remove_source(const std::shared_ptr<Node>& node) {
    if (node && node->source)
        wl_event_source_remove(std::exchange(node->source, nullptr));
}

void run_deferred(void* data) {
    auto* native = static_cast<EventLoop::Native*>(data);
    native->idle = nullptr;  // libwayland frees an idle source after its one call
    for (auto& task : std::exchange(native->deferred, {}))
        task();
}

}  // namespace

Result<EventLoop> EventLoop::create() {
    auto native = std::make_unique<Native>();
    native->display.reset(wl_display_create());
    if (!native->display)
        return fail_errno("wl_display_create");
    native->loop = wl_display_get_event_loop(native->display.get());
    return EventLoop(std::move(native));
}

EventLoop::EventLoop(std::unique_ptr<Native> native) : native_(std::move(native)) {}
EventLoop::EventLoop(EventLoop&&) noexcept = default;
EventLoop& EventLoop::operator=(EventLoop&&) noexcept = default;
EventLoop::~EventLoop() {
    if (native_ && native_->idle)
        wl_event_source_remove(native_->idle);
}

Result<EventLoop::Watch> EventLoop::watch(int fd, std::uint32_t interest,
                                          std::function<void(std::uint32_t)> ready) {
    Watch watch;
    watch.node_ = std::make_shared<Watch::Node>();
    watch.node_->ready = std::move(ready);
    watch.node_->source = wl_event_loop_add_fd(
        native_->loop, fd, to_wayland(interest),
        [](int, std::uint32_t mask, void* data) {
            auto node = static_cast<Watch::Node*>(data)->shared_from_this();
            node->ready(from_wayland(mask));
            return 0;
        },
        watch.node_.get());
    if (!watch.node_->source)
        return fail_errno("wl_event_loop_add_fd");
    return watch;
}

Result<EventLoop::Timer> EventLoop::timer(std::function<void()> fired) {
    Timer timer;
    timer.node_ = std::make_shared<Timer::Node>();
    timer.node_->fired = std::move(fired);
    timer.node_->source = wl_event_loop_add_timer(
        native_->loop,
        [](void* data) {
            auto node = static_cast<Timer::Node*>(data)->shared_from_this();
            node->fired();
            return 0;
        },
        timer.node_.get());
    if (!timer.node_->source)
        return fail_errno("wl_event_loop_add_timer");
    return timer;
}

void EventLoop::defer(std::function<void()> task) {
    native_->deferred.push_back(std::move(task));
    if (!native_->idle)
        native_->idle = wl_event_loop_add_idle(native_->loop, run_deferred, native_.get());
}

void EventLoop::run() {
    native_->running = true;
    while (native_->running)
        turn(std::chrono::milliseconds(-1));
}

void EventLoop::stop() {
    native_->running = false;
}

void EventLoop::turn(std::chrono::milliseconds timeout) {
    wl_display_flush_clients(native_->display.get());
    wl_event_loop_dispatch(native_->loop, static_cast<int>(timeout.count()));
    wl_display_flush_clients(native_->display.get());
}

EventLoop::Watch::Watch() = default;
EventLoop::Watch::Watch(Watch&& other) noexcept = default;
EventLoop::Watch& EventLoop::Watch::operator=(Watch&& other) noexcept {
    std::swap(node_, other.node_);
    return *this;
}
EventLoop::Watch::~Watch() {
    remove_source(node_);
}
void EventLoop::Watch::set_interest(std::uint32_t interest) {
    if (node_ && node_->source)
        wl_event_source_fd_update(node_->source, to_wayland(interest));
}

EventLoop::Timer::Timer() = default;
EventLoop::Timer::Timer(Timer&& other) noexcept = default;
EventLoop::Timer& EventLoop::Timer::operator=(Timer&& other) noexcept {
    std::swap(node_, other.node_);
    return *this;
}
EventLoop::Timer::~Timer() {
    remove_source(node_);
}
void EventLoop::Timer::arm(std::chrono::milliseconds delay) {
    if (node_)
        wl_event_source_timer_update(node_->source,
                                     static_cast<int>(std::max<std::int64_t>(delay.count(), 1)));
}
void EventLoop::Timer::disarm() {
    if (node_)
        wl_event_source_timer_update(node_->source, 0);
}

}  // namespace sudare::compositor

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "protocol/core/result.h"

// The one loop of a session process: file descriptors and timers on libwayland's event loop, so
// that browser, link and encoder meet in a single poll. One thread; every callback runs on it.
// Signals are not handled here (the process has none to handle: its launcher ends it).
namespace sudare::compositor {

class EventLoop {
   public:
    // What a descriptor is ready for; also what a watch asks for (hang-up is always reported).
    enum Readiness : std::uint32_t { kReadable = 1, kWritable = 2, kHangUp = 4 };

    class Watch;
    class Timer;

    static Result<EventLoop> create();
    EventLoop(EventLoop&&) noexcept;
    EventLoop& operator=(EventLoop&&) noexcept;
    ~EventLoop();

    // Calls back with a mask of Readiness until the Watch is destroyed, which the callback itself
    // may do. Level-triggered. Does not take ownership of fd, but keeps working if it is closed.
    Result<Watch> watch(int fd, std::uint32_t interest, std::function<void(std::uint32_t)> ready);
    // A one-shot timer, disarmed at first.
    Result<Timer> timer(std::function<void()> fired);
    // Runs the task once, after the callbacks that are running now and before the next wait.
    void defer(std::function<void()> task);

    // Serves until stop().
    void run();
    void stop();
    // One turn: waits up to `timeout` for something to be ready, serves it, sends what is queued.
    void turn(std::chrono::milliseconds timeout);

    struct Native;  // native_loop.h: libwayland's side, for this folder only
    Native& native() { return *native_; }

   private:
    explicit EventLoop(std::unique_ptr<Native> native);
    std::unique_ptr<Native> native_;
};

// Ends its registration when destroyed. Must not outlive the loop.
class EventLoop::Watch {
   public:
    Watch();
    Watch(Watch&&) noexcept;
    Watch& operator=(Watch&&) noexcept;
    ~Watch();
    void set_interest(std::uint32_t interest);

   private:
    friend class EventLoop;
    struct Node;
    std::shared_ptr<Node> node_;
};

class EventLoop::Timer {
   public:
    Timer();
    Timer(Timer&&) noexcept;
    Timer& operator=(Timer&&) noexcept;
    ~Timer();
    // From now; the shortest delay is 1 ms. Arming again replaces the former time.
    void arm(std::chrono::milliseconds delay);
    void disarm();

   private:
    friend class EventLoop;
    struct Node;
    std::shared_ptr<Node> node_;
};

}  // namespace sudare::compositor

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>

#include "server/base/unique_fd.h"

namespace sudare::directory {

// Ends connections that take too long, whatever libldap waits for: its own time limits are for whole
// answers, and a server that sends half a TLS record and stops keeps its thread in read(2). shutdown(2)
// wakes that up.
class Watchdog {
public:
    using Clock = std::chrono::steady_clock;

    Watchdog();
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    // As long as this stands the socket is shut down at that time. Its own descriptor: libldap may close
    // the one that it has at any time, and its number may be another's then.
    class Watch {
    public:
        Watch() = default;
        Watch(Watchdog& dog, UniqueFd socket, Clock::time_point until);
        Watch(Watch&& other) noexcept;
        Watch& operator=(Watch&& other) noexcept;
        ~Watch() { end(); }
        void move_to(Clock::time_point until);

    private:
        void end();
        Watchdog* dog_ = nullptr;
        std::uint64_t number_ = 0;
    };

private:
    struct Entry {
        UniqueFd socket;
        Clock::time_point until;
    };
    void run();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::uint64_t, Entry> watched_;
    std::uint64_t next_ = 1;
    bool stopping_ = false;
    std::thread thread_;  // last: starts when the rest stands
};

}  // namespace sudare::directory

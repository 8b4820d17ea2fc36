// SPDX-License-Identifier: Apache-2.0
#include "server/directory/watchdog.h"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace sudare::directory {

Watchdog::Watchdog() : thread_([this] { run(); }) {}

Watchdog::~Watchdog() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Watchdog::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        auto next = Clock::time_point::max();
        for (auto& [number, entry] : watched_) {
            if (entry.until <= Clock::now()) {
                ::shutdown(entry.socket.get(), SHUT_RDWR);
                entry.until = Clock::time_point::max();
            }
            next = std::min(next, entry.until);
        }
        if (next == Clock::time_point::max())
            changed_.wait(lock);
        else
            changed_.wait_until(lock, next);
    }
}

Watchdog::Watch::Watch(Watchdog& dog, UniqueFd socket, Clock::time_point until) : dog_(&dog) {
    {
        const std::lock_guard lock(dog.mutex_);
        number_ = dog.next_++;
        dog.watched_[number_] = {std::move(socket), until};
    }
    dog.changed_.notify_all();
}

Watchdog::Watch::Watch(Watch&& other) noexcept
    : dog_(std::exchange(other.dog_, nullptr)), number_(other.number_) {}

Watchdog::Watch& Watchdog::Watch::operator=(Watch&& other) noexcept {
    end();
    dog_ = std::exchange(other.dog_, nullptr);
    number_ = other.number_;
    return *this;
}

void Watchdog::Watch::move_to(Clock::time_point until) {
    if (dog_ == nullptr)
        return;
    {
        const std::lock_guard lock(dog_->mutex_);
        dog_->watched_[number_].until = until;
    }
    dog_->changed_.notify_all();
}

void Watchdog::Watch::end() {
    if (dog_ == nullptr)
        return;
    const std::lock_guard lock(dog_->mutex_);
    dog_->watched_.erase(number_);
    dog_ = nullptr;
}

}  // namespace sudare::directory

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "protocol/core/result.h"

// Argon2id by libsodium: 64 MiB, 3 passes, PHC strings (reference/security.md section 7.3).
namespace sudare::auth {

inline constexpr std::size_t kMemoryBytes = 64U << 20;
inline constexpr unsigned long long kPasses = 3;

// Call once, before threads. kSystem when libsodium cannot start.
Result<void> initialise();

// kUnavailable when the memory is not there.
Result<std::string> hash_password(const std::string& password);
bool verify_password(const std::string& hash, const std::string& password);
// The parameters have risen since that hash was made.
bool needs_rehash(const std::string& hash);

// 16 characters of 32: 80 bits, none that look alike.
std::string random_password();

// Runs password jobs beside the loop: at most kWorkers at once (so at most 128 MiB), at most
// kQueueMax waiting. Jobs run on a worker; they post their result to the loop themselves.
class PasswordPool {
public:
    static constexpr std::size_t kWorkers = 2;
    static constexpr std::size_t kQueueMax = 32;

    PasswordPool();
    ~PasswordPool() { stop(); }
    PasswordPool(const PasswordPool&) = delete;
    PasswordPool& operator=(const PasswordPool&) = delete;

    // One submitting thread: what full() says stays true until that thread submits.
    [[nodiscard]] bool full();
    // False: the queue is full, answer "busy".
    bool submit(std::function<void()> job);
    // Finishes the running jobs, drops the waiting ones, and takes no more. Before the end of the loop
    // to which the jobs post: what they post later would be destroyed after everything else.
    void stop();

private:
    void run();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> queue_;
    bool stopping_ = false;
    std::vector<std::thread> workers_;
};

}  // namespace sudare::auth

// SPDX-License-Identifier: Apache-2.0
#include "server/broker/auth/password.h"

#include <sodium.h>

#include <array>

namespace sudare::auth {

Result<void> initialise() {
    if (sodium_init() < 0)
        return fail(Errc::kSystem, "sodium_init");
    return {};
}

Result<std::string> hash_password(const std::string& password) {
    std::array<char, crypto_pwhash_STRBYTES> out{};
    if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), kPasses, kMemoryBytes,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        return fail(Errc::kUnavailable, "no memory for a password hash (64 MiB)");
    return std::string(out.data());
}

bool verify_password(const std::string& hash, const std::string& password) {
    // libsodium reads the hash as a C string of at most crypto_pwhash_STRBYTES.
    return hash.size() < crypto_pwhash_STRBYTES &&
           crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool needs_rehash(const std::string& hash) {
    return crypto_pwhash_str_needs_rehash(hash.c_str(), kPasses, kMemoryBytes) != 0;
}

std::string random_password() {
    static constexpr char kAlphabet[] = "abcdefghijkmnpqrstuvwxyz23456789";
    static_assert(sizeof kAlphabet - 1 == 32);
    std::string out;
    for (int i = 0; i < 16; ++i)
        out += kAlphabet[randombytes_uniform(32)];
    return out;
}

PasswordPool::PasswordPool() {
    for (std::size_t i = 0; i < kWorkers; ++i)
        workers_.emplace_back([this] { run(); });
}

void PasswordPool::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        queue_.clear();
    }
    changed_.notify_all();
    for (std::thread& worker : workers_)
        worker.join();
    workers_.clear();
}

bool PasswordPool::submit(std::function<void()> job) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || queue_.size() >= kQueueMax)
            return false;
        queue_.push_back(std::move(job));
    }
    changed_.notify_one();
    return true;
}

bool PasswordPool::full() {
    const std::lock_guard lock(mutex_);
    return stopping_ || queue_.size() >= kQueueMax;
}

void PasswordPool::run() {
    for (;;) {
        std::function<void()> job;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (stopping_)
                return;
            job = std::move(queue_.front());
            queue_.pop_front();
        }
        job();
    }
}

}  // namespace sudare::auth

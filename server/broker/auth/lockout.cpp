// SPDX-License-Identifier: Apache-2.0
#include "server/broker/auth/lockout.h"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace sudare::auth {
namespace {

constexpr std::array<std::uint32_t, 3> kLockSeconds{15 * 60, 60 * 60, 4 * 60 * 60};

}  // namespace

std::uint32_t lock_seconds(std::uint32_t failures, std::uint32_t tries) {
    if (failures == 0 || failures % tries != 0)
        return 0;
    const std::size_t level = failures / tries - 1;
    return kLockSeconds[std::min(level, kLockSeconds.size() - 1)];
}

// The name itself stays out of the database (store.h, Failures).
std::string Lockout::key_of(const std::string& user, const std::string& terminal) const {
    const std::string message = std::to_string(user.size()) + ":" + user + terminal;
    const std::string& secret = store_.secret();
    std::array<unsigned char, crypto_generichash_BYTES> hash{};
    crypto_generichash(hash.data(), hash.size(),
                       reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                       reinterpret_cast<const unsigned char*>(secret.data()), secret.size());
    std::array<char, hash.size() * 2 + 1> text{};
    return sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
}

Result<std::uint32_t> Lockout::begin_try(const std::string& user, const std::string& terminal,
                                         std::int64_t now) {
    const struct {
        std::string key;
        std::uint32_t tries;
    } counters[] = {{key_of(user, terminal), kTriesPerTerminal}, {key_of(user, ""), kTriesPerUser}};
    std::array<store::Failures, 2> before;
    for (std::size_t i = 0; i < before.size(); ++i) {
        SUDARE_TRY(before[i], store_.failures(counters[i].key));
        if (before[i].locked_until > now)
            return static_cast<std::uint32_t>(before[i].locked_until - now);
    }
    for (std::size_t i = 0; i < before.size(); ++i) {
        store::Failures after{before[i].count + 1, 0};
        if (const std::uint32_t seconds = lock_seconds(after.count, counters[i].tries);
            seconds != 0)
            after.locked_until = now + seconds;
        SUDARE_CHECK(store_.set_failures(counters[i].key, after));
    }
    return 0U;
}

Result<void> Lockout::succeeded(const std::string& user, const std::string& terminal) {
    SUDARE_CHECK(store_.clear_failures(key_of(user, terminal)));
    return store_.clear_failures(key_of(user, ""));
}

}  // namespace sudare::auth

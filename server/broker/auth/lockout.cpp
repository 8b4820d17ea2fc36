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

// No user's name is empty: the last key is nobody's but the terminal's.
std::array<Lockout::Counter, 3> Lockout::counters(const std::string& user,
                                                  const std::string& terminal) const {
    return {Counter{key_of(user, terminal), kTriesPerTerminal},
            Counter{key_of(user, ""), kTriesPerUser},
            Counter{key_of("", terminal), kTriesOfTerminal}};
}

Result<std::uint32_t> Lockout::begin_try(const std::string& user, const std::string& terminal,
                                         std::int64_t now) {
    const auto all = counters(user, terminal);
    std::array<store::Failures, all.size()> before;
    for (std::size_t i = 0; i < before.size(); ++i) {
        SUDARE_TRY(before[i], store_.failures(all[i].key));
        if (before[i].locked_until > now)
            return static_cast<std::uint32_t>(before[i].locked_until - now);
    }
    for (std::size_t i = 0; i < before.size(); ++i) {
        store::Failures after{before[i].count + 1, 0};
        if (const std::uint32_t seconds = lock_seconds(after.count, all[i].tries); seconds != 0)
            after.locked_until = now + seconds;
        SUDARE_CHECK(store_.set_failures(all[i].key, after));
    }
    return 0U;
}

Result<void> Lockout::succeeded(const std::string& user, const std::string& terminal) {
    const auto [pair, name, place] = counters(user, terminal);
    SUDARE_TRY(const store::Failures own, store_.failures(pair.key));
    SUDARE_TRY(const store::Failures all, store_.failures(place.key));
    SUDARE_CHECK(store_.clear_failures(pair.key));
    SUDARE_CHECK(store_.clear_failures(name.key));
    // A lock that this very try began ends with it; one that is older would not have let it in.
    if (all.count > own.count)
        return store_.set_failures(place.key, {all.count - own.count, 0});
    return store_.clear_failures(place.key);
}

}  // namespace sudare::auth

// SPDX-License-Identifier: Apache-2.0
#include "server/broker/auth/lockout.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <vector>

namespace sudare::auth {
namespace {

constexpr std::array<std::uint32_t, 3> kLockSeconds{15 * 60, 60 * 60, 4 * 60 * 60};
constexpr std::array<std::uint32_t, 3> kTries{kTriesPerTerminal, kTriesPerUser, kTriesOfTerminal};

std::vector<std::string> keys_of(const Try& one) {
    std::vector<std::string> keys;
    for (const Try::Row& row : one.rows)
        keys.push_back(row.key);
    return keys;
}

bool own_lock(const Try* part_of, const std::string& key, const store::Failures& stored) {
    return part_of != nullptr && std::ranges::any_of(part_of->rows, [&](const Try::Row& row) {
               return row.key == key && row.lock == stored.locked_until;
           });
}

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
Result<Try> Lockout::begin_try(const std::string& user, const std::string& terminal,
                               std::int64_t now, const Try* part_of) {
    Try begun;
    begun.rows = {Try::Row{key_of(user, terminal)}, Try::Row{key_of(user, "")},
                  Try::Row{key_of("", terminal)}};
    SUDARE_CHECK(store_.change_failures(keys_of(begun), [&](std::vector<store::Failures>& rows) {
        for (std::size_t i = 0; i < rows.size(); ++i)
            if (rows[i].locked_until > now && !own_lock(part_of, begun.rows[i].key, rows[i])) {
                begun.wait = static_cast<std::uint32_t>(rows[i].locked_until - now);
                return false;
            }
        for (std::size_t i = 0; i < rows.size(); ++i) {
            ++rows[i].count;
            if (const std::uint32_t seconds = lock_seconds(rows[i].count, kTries[i]); seconds != 0)
                rows[i].locked_until = begun.rows[i].lock = now + seconds;
            else if (rows[i].locked_until <= now)
                rows[i].locked_until = 0;
        }
        return true;
    }));
    return begun;
}

Result<void> Lockout::succeeded(const Try& right) {
    return store_.change_failures(keys_of(right), [&](std::vector<store::Failures>& rows) {
        store::Failures &pair = rows[0], &name = rows[1], &place = rows[2];
        place.count -= std::min(place.count, pair.count);
        pair.count = name.count = 0;
        for (std::size_t i = 0; i < rows.size(); ++i)
            if (rows[i].locked_until == right.rows[i].lock)
                rows[i].locked_until = 0;
        return true;
    });
}

}  // namespace sudare::auth

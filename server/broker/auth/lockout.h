// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "protocol/core/result.h"
#include "server/broker/store/store.h"

// Slows down guessing: per (user, terminal) after 5 failures, per user over all terminals after
// 20, so that one terminal cannot lock the mayor out of another. Each further block of failures
// locks for longer: 15 min, 1 h, 4 h. Unknown names count like known ones, or the lock would tell
// which exist.
namespace sudare::auth {

inline constexpr std::uint32_t kTriesPerTerminal = 5;
inline constexpr std::uint32_t kTriesPerUser = 20;

// Seconds of lock after this many failures in a row; 0: none.
std::uint32_t lock_seconds(std::uint32_t failures, std::uint32_t tries);

class Lockout {
public:
    explicit Lockout(store::Store& store) : store_(store) {}

    // Counts one try as failed, before the password is looked at: tries that run at the same time
    // on several links cannot share one count. Returns 0 when the try may go on, else the seconds
    // that this name stays locked (then nothing was counted).
    Result<std::uint32_t> begin_try(const std::string& user, const std::string& terminal,
                                    std::int64_t now);
    // The password was right: forget the failures of both.
    Result<void> succeeded(const std::string& user, const std::string& terminal);

private:
    [[nodiscard]] std::string key_of(const std::string& user, const std::string& terminal) const;
    store::Store& store_;
};

}  // namespace sudare::auth

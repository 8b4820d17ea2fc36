// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "protocol/core/result.h"
#include "server/broker/store/store.h"

// Slows down guessing: per (user, terminal) after 5 failures, per user over all terminals after
// 20, so that one terminal cannot lock the mayor out of another, and per terminal over all names
// after 20, so that nobody tries one password with each name of the office. Each further block of
// failures locks for longer: 15 min, 1 h, 4 h. Unknown names count like known ones, or the lock
// would tell which exist.
namespace sudare::auth {

inline constexpr std::uint32_t kTriesPerTerminal = 5;
inline constexpr std::uint32_t kTriesPerUser = 20;
inline constexpr std::uint32_t kTriesOfTerminal = 20;

// Seconds of lock after this many failures in a row; 0: none.
std::uint32_t lock_seconds(std::uint32_t failures, std::uint32_t tries);

class Lockout {
public:
    explicit Lockout(store::Store& store) : store_(store) {}

    // Counts one try as failed, before the password is looked at: tries that run at the same time
    // on several links cannot share one count. Returns 0 when the try may go on, else the seconds
    // that this name, or this terminal, stays locked (then nothing was counted).
    Result<std::uint32_t> begin_try(const std::string& user, const std::string& terminal,
                                    std::int64_t now);
    // The password was right: forget the failures of this name. Those of other names at this
    // terminal stay, or an account of one's own would buy tries with all the others.
    Result<void> succeeded(const std::string& user, const std::string& terminal);

private:
    struct Counter {
        std::string key;
        std::uint32_t tries;
    };
    [[nodiscard]] std::array<Counter, 3> counters(const std::string& user,
                                                  const std::string& terminal) const;
    [[nodiscard]] std::string key_of(const std::string& user, const std::string& terminal) const;
    store::Store& store_;
};

}  // namespace sudare::auth

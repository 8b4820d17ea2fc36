// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>

#include "protocol/core/result.h"
#include "server/broker/store/store.h"

// Slows down guessing: per (user, terminal) after 5 failures, per user over all terminals after
// 20, so that one terminal cannot lock the mayor out of another, and per terminal over all names
// after 20, so that nobody tries one password with each name of the office. Each further block of
// failures locks for longer: 15 min, 1 h, 4 h. Unknown names count like known ones, or the lock
// would tell which exist.
//
// A locked account gets no session (docs/decisions/0016): a try that begins while its name, its
// pair or its terminal is locked is refused, and its password is not looked at. One that began
// before the lock was counted before it, so it tells no more than the count permits: it may finish.
// A link that has logged in, and a ticket, are no tries: a lock does not stop them.
namespace sudare::auth {

inline constexpr std::uint32_t kTriesPerTerminal = 5;
inline constexpr std::uint32_t kTriesPerUser = 20;
inline constexpr std::uint32_t kTriesOfTerminal = 20;

// Seconds of lock after this many failures in a row; 0: none.
std::uint32_t lock_seconds(std::uint32_t failures, std::uint32_t tries);

// A try from its count to its end; whoever began it keeps it.
struct Try {
    struct Row {
        std::string key;
        std::int64_t lock = 0;  // the end of the lock that this very try began; 0: none
        friend auto operator<=>(const Row&, const Row&) = default;
    };
    // Seconds that the name or the terminal stays locked; then nothing was counted.
    std::uint32_t wait = 0;
    std::array<Row, 3> rows{};  // (user, terminal), user, terminal
    friend auto operator<=>(const Try&, const Try&) = default;
};

// Threads: as the store. Errors: of the database; then nothing was counted.
class Lockout {
public:
    explicit Lockout(store::Store& store) : store_(store) {}

    // Counts one try as failed, before the password is looked at: tries that run at the same time
    // on several links cannot share one count. All counts are stored, or none is.
    // `part_of`: the password's try, when this is the code of the same log-in. A lock that the one
    // began does not stop the other, or a right password could not be followed by a right code.
    Result<Try> begin_try(const std::string& user, const std::string& terminal, std::int64_t now,
                          const Try* part_of = nullptr);
    // It was right: forget the failures of this name. Those of other names at this terminal stay,
    // or an account of one's own would buy tries with all the others. Of locks only the one goes
    // that this try began: another is earned by tries that are not known to be right.
    Result<void> succeeded(const Try& right);

private:
    [[nodiscard]] std::string key_of(const std::string& user, const std::string& terminal) const;
    store::Store& store_;
};

}  // namespace sudare::auth

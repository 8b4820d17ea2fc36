// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>

namespace sudare::store {

// What the security staff has stopped. It stands until somebody ends it, over any restart.
struct Emergency {
    // Numbers are stored: they are for ever.
    enum class State : std::uint8_t { kRunning = 1, kEndAsked = 2, kEnded = 3 };

    std::uint32_t id = 0;  // 0: it could not be stored
    std::int64_t started = 0;  // seconds since 1970, as all times
    std::int64_t since = 0;    // what concerns it begins then
    std::uint32_t actor = 0;   // uid, as the others
    std::string reason;
    bool everybody = false;  // else the users and terminals named
    bool recorded = false;   // its start is in the log
    State state = State::kRunning;
    std::uint32_t asker = 0;  // who wants its end; kEndAsked
    std::string end_reason;
    std::uint32_t ender = 0;
    std::int64_t ended = 0;
    std::set<std::string> users, terminals;
    std::set<std::uint64_t> sessions;  // that its start has ended
};

}  // namespace sudare::store

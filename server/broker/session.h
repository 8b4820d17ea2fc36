// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <ctime>
#include <memory>
#include <optional>

#include "protocol/ipc/broker_link.h"
#include "server/broker/audit/record.h"
#include "server/broker/store/store.h"

namespace sudare::broker {

// A session from its grant to its end. It belongs to one link at a time, or waits for one
// (waiting.h); on its way from the one to the other it keeps number, start and limits.
struct Session {
    std::uint64_t id = 0;
    ipc::Ticket ticket{};   // for its terminal; another one at each resumption
    // The one that the last resumption came with: its successor may not have reached the terminal,
    // when the line broke again at once. Void when the successor has been used.
    ipc::Ticket former_ticket{};
    ipc::SessionKey key{};  // for its session host
    ipc::SessionPolicy policy;
    store::User user;
    ipc::Connected at;  // the terminal that has it, or had it last
    std::time_t granted = 0;
    std::chrono::steady_clock::time_point since;
    bool running = false;
    std::optional<std::chrono::steady_clock::time_point> detached;  // without a viewer since then

    [[nodiscard]] bool may_wait() const { return running && policy.resume_minutes != 0; }
};
using SessionPtr = std::unique_ptr<Session>;

// An event with who, where and which session in it.
audit::Event event_of(const Session& session, audit::EventType type);

}  // namespace sudare::broker

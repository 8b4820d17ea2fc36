// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "protocol/core/result.h"
#include "server/broker/session.h"
#include "server/broker/store/store.h"

namespace sudare::broker {

class Core;

// What the security staff has stopped. Asked at every log-in and every session; kept in the store, so
// that a restart lets nobody in. Loop thread only.
class Emergencies {
public:
    static constexpr std::size_t kRunningMax = 50;
    static constexpr std::size_t kTargetsMax = 200;  // users and terminals of one

    explicit Emergencies(Core& core) : core_(core) {}

    // Those that run; records the start of one that could not be recorded when it began.
    Result<void> load();

    [[nodiscard]] const std::vector<store::Emergency>& running() const { return running_; }
    [[nodiscard]] bool stops_everybody() const;
    [[nodiscard]] bool stops_user(const std::string& name) const;
    // Of everybody, too.
    [[nodiscard]] bool stops_terminal(const std::string& name) const;

    struct Begun {
        store::Emergency emergency;  // with number and sessions
        Result<void> recorded, stored;
    };
    // Recorded, then done; when it cannot be recorded or stored it is done all the same, and the
    // caller says so. `wish`: who, why, whom; not empty.
    Begun begin(store::Emergency wish);
    // A second person is asked for.
    Result<void> ask_end(std::uint32_t id, std::uint32_t asker, const std::string& reason);
    Result<void> end(std::uint32_t id, std::uint32_t ender, const std::string& reason);

private:
    [[nodiscard]] static bool concerns(const store::Emergency& one, const std::string& user,
                                       const std::string& terminal);
    Result<void> record_start(const store::Emergency& one, bool late);
    void end_sessions(const store::Emergency& one);

    Core& core_;
    std::vector<store::Emergency> running_;
};

}  // namespace sudare::broker

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "server/host/child_watch.h"
#include "server/host/control_stream.h"
#include "server/host/hang_up_watch.h"
#include "server/host/sessions.h"
#include "server/host/tls_files.h"

namespace sudare::host {

// What the connections have in common; outlives them all.
struct HostContext {
    boost::asio::io_context& loop;
    const Settings& settings;
    const TlsFiles& tls;
    const CgroupRoot& cgroups;
    Sessions& sessions;
};

// One connection of the border: the relay process that reads it, and at most one session, which it
// watches.
//
//     kWaiting (for kStart, kResume) -> kRunning -> kEnding -> kOver
//            |                            ^
//            +-> kTaking (from another) --+
//
// kEnding: the border has been told, or is gone; the relay exits. The session, unless it has ended,
// waits for another connection. Whatever comes from the relay in the wrong state, or malformed, ends
// connection and session.
class RelayConnection final : private Sessions::Watcher {
public:
    // TLS handshake (limits::kHandshakeDeadline, kept by the relay), then the link's kStart.
    static constexpr std::chrono::seconds kStartDeadline{30};
    // From kEnded to the exit of the relay.
    static constexpr std::chrono::seconds kExitDeadline{5};

    // From the end of the border's connection to the end of a relay that has not noticed it: one
    // that hangs or does not want to.
    static constexpr std::chrono::seconds kHangUpGrace{5};

    struct Events {
        // Called at most once: the border has proven itself and has asked for a session.
        std::function<void()> proven;
        // Called once, when nothing of the connection is left; destroy it outside of this call.
        std::function<void()> over;
    };
    static Result<std::unique_ptr<RelayConnection>> create(HostContext& host, SlotNumber slot,
                                                           UniqueFd connection, Events events);
    ~RelayConnection();
    RelayConnection(const RelayConnection&) = delete;
    RelayConnection& operator=(const RelayConnection&) = delete;

    // Ends the session, if there is one, and the connection.
    void stop(EndReason reason);

private:
    enum class State { kWaiting, kTaking, kRunning, kEnding, kOver };

    RelayConnection(HostContext& host, SlotNumber slot, Events events);

    void on_frame(const Frame& frame);
    void on_start(const Frame& frame);
    // Days for which sessions may start; none: no limit. Errors: of browser_days_left().
    [[nodiscard]] Result<std::optional<std::uint32_t>> browser_days() const;
    void on_resume(const Frame& frame);
    void pass_streams(Session& session, const ipc::SessionAttach& attach);
    // Sessions::Watcher
    void on_event(ipc::HostEvent event) override;
    void on_session_ended(EndReason reason) override;
    void on_wanted_elsewhere() override;
    void on_taken_over(Session& session) override;

    void relay_gone();
    void end_relay();
    void on_relay_exit(int status);
    void on_hang_up();
    void tell_end(EndReason reason);
    void set_deadline(std::chrono::seconds delay);
    void check_over();

    HostContext& host_;
    const SlotNumber slot_;
    Events events_;
    std::shared_ptr<ControlStream> control_;
    std::unique_ptr<ChildWatch> relay_;
    std::unique_ptr<HangUpWatch> connection_;
    bool hung_up_ = false;
    std::uint64_t session_ = 0;     // watched or waited for; 0: none
    ipc::SessionAttach terminal_;  // as kResume described it
    boost::asio::steady_timer timer_;
    State state_ = State::kWaiting;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace sudare::host

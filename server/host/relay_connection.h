// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>

#include "server/host/child_watch.h"
#include "server/host/control_stream.h"
#include "server/host/hang_up_watch.h"
#include "server/host/session.h"
#include "server/host/tls_files.h"

namespace sudare::host {

// What the connections have in common; outlives them all.
struct HostContext {
    boost::asio::io_context& loop;
    const Settings& settings;
    const TlsFiles& tls;
    const CgroupRoot& cgroups;
    std::uint32_t sessions = 0;  // running now
};

// One connection of the border: the relay process that reads it, and at most one session.
//
//     kWaiting (for kStart) -> kRunning -> kEnding -> kOver
//
// kEnding: the border has been told; the relay exits, and what is left of the session goes.
// Whatever comes from the relay in the wrong state, or malformed, ends the connection.
class RelayConnection {
public:
    // TLS handshake (limits::kHandshakeDeadline, kept by the relay), then the link's kStart.
    static constexpr std::chrono::seconds kStartDeadline{30};
    // From kEnded to the exit of the relay.
    static constexpr std::chrono::seconds kExitDeadline{5};

    // From the end of the border's connection to the end of a relay that has not noticed it: one
    // that hangs or does not want to. Its session goes with it.
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

    // Ends the session, if there is one, and the connection.
    void stop(EndReason reason);

private:
    enum class State { kWaiting, kRunning, kEnding, kOver };

    RelayConnection(HostContext& host, SlotNumber slot, Events events);

    void on_frame(const Frame& frame);
    void on_start(const Frame& frame);
    [[nodiscard]] Result<void> make_session(const ipc::SessionStart& start);
    void pass_streams(std::uint64_t session);
    void send_event(ipc::HostEvent event);
    void on_session_ended(EndReason reason);
    void on_session_gone();
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
    std::unique_ptr<Session> session_;
    boost::asio::steady_timer timer_;
    State state_ = State::kWaiting;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace sudare::host

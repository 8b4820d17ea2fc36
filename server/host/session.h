// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "protocol/ipc/host_relay.h"
#include "protocol/ipc/host_session.h"
#include "server/host/cgroup.h"
#include "server/host/child_watch.h"
#include "server/host/control_stream.h"
#include "server/host/input_method.h"
#include "server/host/session_processes.h"

namespace sudare::host {

// One session on this machine: compositor, egress process and browser box, started together and
// ended together, whichever of them goes first. An input method's box comes and goes with the policy.
//
//     kStarting -> kRunning -> kStopping -> kGone
//         |                       ^  |        ^
//         +-----------------------+  +-> kLingering
//
// kStopping: the browser and the egress process are killed at once, the session process gets
// kStopGrace to say goodbye to the viewer's side. kGone: no process, file or cgroup is left.
// kLingering: something does not end although it was killed; the end has been told all the same,
// and the session goes on killing until nothing is left.
class Session {
public:
    // How long the session process may take for its last frames.
    static constexpr std::chrono::milliseconds kStopGrace{1000};

    struct Events {
        std::function<void(ipc::HostEvent)> event;
        // Called once: the session is over, and nobody waits for it any more.
        std::function<void(EndReason)> ended;
        // Called once, after ended: nothing of it is left, the slot may be used again. The owner
        // destroys the Session from outside of this call (post).
        std::function<void()> gone;
    };
    // For a relay: its ends of the session stream and of the egress reports.
    struct RelayEnds {
        UniqueFd session;
        UniqueFd egress;
    };

    // start: checked by read_session_start. Errors: what could not be made; nothing was started.
    // A session of which a part could not be started is made, and ends with kNoResources.
    static Result<std::unique_ptr<Session>> create(boost::asio::io_context& loop,
                                                   const Settings& settings,
                                                   const CgroupRoot& cgroups, SlotNumber slot,
                                                   const ipc::SessionStart& start, Events events);
    ~Session();

    [[nodiscard]] bool running() const { return state_ == State::kRunning; }
    // For the terminal that watches from now on; the streams of the one before end. The reports must
    // have one reader: the former relay has stopped.
    Result<RelayEnds> attach(const ipc::SessionAttach& attach);
    void update_policy(const ipc::SessionPolicy& policy);
    // Ends the session; the first reason counts.
    void stop(EndReason reason);

private:
    enum class State { kStarting, kRunning, kStopping, kLingering, kGone };

    Session(boost::asio::io_context& loop, const Settings& settings, SlotNumber slot,
            const ipc::SessionStart& start, SlotDirectory directory, SessionCgroup cgroup,
            Events events);

    Result<void> start_all(const ipc::SessionStart& start);
    Result<void> open_streams(const ipc::SessionStart& start, UniqueFd& session_control,
                              UniqueFd& egress_control);
    Result<void> watch(std::unique_ptr<ChildWatch>& place, Result<Child> child,
                       void (Session::*ended)(int));
    [[nodiscard]] ipc::EgressConfig egress_config(const ipc::SessionPolicy& policy) const;

    void on_session_frame(const Frame& frame);
    void on_session_exit(int status);
    void on_browser_exit(int status);
    void on_egress_exit(int status);
    void child_ended(const char* name, int status, EndReason reason);
    void arm(std::chrono::milliseconds delay);
    void sweep();
    [[nodiscard]] bool clean();
    void tell_end();

    boost::asio::io_context& loop_;
    const Settings& settings_;
    const SlotNumber slot_;
    const std::uint64_t number_;
    Events events_;
    SessionCgroup cgroup_;
    std::optional<SlotDirectory> directory_;
    std::shared_ptr<ControlStream> session_control_;
    std::shared_ptr<ControlStream> egress_control_;
    UniqueFd egress_reports_;  // duplicated for each relay
    std::unique_ptr<ChildWatch> session_;
    std::unique_ptr<ChildWatch> egress_;
    std::unique_ptr<ChildWatch> browser_;
    std::optional<InputMethodKeeper> input_method_;
    boost::asio::steady_timer timer_;
    State state_ = State::kStarting;
    EndReason reason_ = EndReason::kInternal;
    std::optional<EndReason> said_;  // what the session process gave as the reason
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // for callbacks under way
    const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point stop_begin_;
};

}  // namespace sudare::host

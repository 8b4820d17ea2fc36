// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "protocol/ipc/gateway_link.h"
#include "server/link/broker_client.h"
#include "server/link/gateway_control.h"
#include "server/link/session.h"
#include "server/link/viewer_side.h"
#include "server/tls/context.h"

namespace sudare::link {

// One connection of one terminal, from the TLS handshake to its end:
//   handshake -> broker: known terminal? -> Hello, Welcome -> Login (tries) -> OpenSession ->
//   granted -> connection to the session host -> Session relays until somebody ends it.
// A Resume instead of Login and OpenSession leads to "granted" as well, with a session that runs.
// A viewer that is lost is not the end where policy lets the session wait: the link stays, keeps the
// limits and the record (detach()), until the broker tells it that another link has the session.
// Whatever happens ends in end(): once, with one reason, told to viewer, host and broker.
class Link {
   public:
    struct Parts {
        std::unique_ptr<ViewerSide> viewer;
        std::unique_ptr<BrokerClient> broker;
        std::unique_ptr<GatewayControl> gateway;
        std::unique_ptr<RecorderClient> recorder;
        tls::Context host_context;
        ipc::LinkSettings settings;  // keys already wiped
    };
    Link(asio::io_context& io, Parts parts);

    // Spawns everything; io.run() returns when the connection is over.
    void start();
    [[nodiscard]] ipc::LinkExit exit_status() const { return exit_; }

   private:
    using Ending = asio::awaitable<std::optional<EndReason>>;
    // What becomes of the session when the link ends: kLeave, it waits at its host for another one.
    enum class Fate { kEnd, kLeave };

    void listen_to_pushes();
    void take_recorder(UniqueFd fd);
    asio::awaitable<void> converse();
    Ending introduce(const tls::Identity& terminal);
    Ending greet();
    Ending log_in();
    // sudare-enrol/1: until the terminal goes. There is never a session on this connection.
    asio::awaitable<EndReason> enrol();
    asio::awaitable<tl::expected<bool, EndReason>> try_login(wire::Login login);
    Ending open_session();
    Ending resume(const wire::Resume& wish);
    Ending run_session(ipc::SessionGranted granted, const wire::OpenSession& open);
    Ending connect_host(const wire::OpenSession& open);
    asio::awaitable<void> report_handshake(tls::Fault fault);
    asio::awaitable<void> tick();
    void recheck(ipc::RevocationLists lists);
    [[nodiscard]] std::optional<tls::Fault> judge_terminal() const;
    [[nodiscard]] std::optional<tls::Fault> judge_host(const tls::Channel& host) const;
    asio::awaitable<void> refuse_revoked(tls::Fault fault);

    void end_soon(EndReason reason, Fate fate = Fate::kEnd);
    asio::awaitable<void> end(EndReason reason, Fate fate = Fate::kEnd);
    asio::awaitable<void> detach(EndReason reason);
    asio::awaitable<void> say_end(wire::End why);
    asio::awaitable<void> tell_broker(EndReason reason, Fate fate);
    asio::awaitable<void> stop_after(std::chrono::seconds time);

    asio::io_context& io_;
    Parts parts_;
    std::unique_ptr<Session> session_;
    std::optional<std::uint64_t> granted_;  // number of the session that the broker has open
    std::optional<ViewerSide::Clock::time_point> login_deadline_;
    // What came after the contexts were made: handshakes that end later are judged by it again.
    std::optional<ipc::RevocationLists> newer_lists_;
    std::optional<ipc::SessionPolicy> newer_policy_;
    std::optional<ipc::ReviewerKeys> newer_reviewers_;
    bool proven_ = false;
    bool enrolling_ = false;  // the terminal speaks sudare-enrol/1
    bool logged_in_ = false;
    bool detached_ = false;  // the viewer is gone, the session waits
    bool refused_login_ = false;
    bool ending_ = false;
    ipc::LinkExit exit_ = ipc::LinkExit::kOrderly;
};

}  // namespace sudare::link

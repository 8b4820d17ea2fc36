// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "protocol/ipc/broker_link.h"
#include "server/broker/core.h"
#include "server/broker/stream.h"

namespace sudare::broker {

// One sudare-link: one terminal, one person, at most one session. What it may ask, and when, is
// the table in link_peer.cpp; everything else ends the connection and is recorded.
class LinkPeer final : public Stream {
public:
    struct Session {
        std::uint64_t id = 0;
        ipc::Ticket ticket{};
        ipc::SessionPolicy policy;
        std::time_t granted = 0;
        std::chrono::steady_clock::time_point since;
        bool running = false;
    };
    // How long a link may take to end after Terminate before it is cut off.
    static constexpr std::chrono::seconds kEndDeadline{5};

    LinkPeer(UnixSocket socket, Core& core);
    ~LinkPeer() override;

    [[nodiscard]] const Session* session() const { return session_ ? &*session_ : nullptr; }
    [[nodiscard]] std::uint32_t user_id() const { return user_.id; }  // 0: nobody yet
    [[nodiscard]] const std::string& user_name() const { return user_.name; }
    [[nodiscard]] const std::string& terminal() const { return connected_.terminal; }
    [[nodiscard]] const ipc::Connected& source() const { return connected_; }

    void policy_changed();
    // Orders the link to end and sees to it that it does. Repeating it changes nothing.
    void terminate(EndReason reason);

private:
    using Payload = std::span<const std::uint8_t>;
    enum State : unsigned {
        kFresh = 1,
        kConnected = 2,
        kLoggedIn = 4,
        kGranted = 8,
        kRunning = 16,
        kOver = 32,
    };
    struct Row;
    static const Row kRows[];

    void on_frame(const Frame& frame) override;
    void on_fault(EndReason reason) override { violation(reason); }
    void on_closed() override;

    // Handlers of kRows; false: the payload is malformed.
    bool connected(Payload payload);
    bool handshake_failed(Payload payload);
    bool login(Payload payload);
    bool open_session(Payload payload);
    bool session_started(Payload payload);
    bool session_ended(Payload payload);
    bool counters(Payload payload);
    bool destination(Payload payload);
    bool refusal(Payload payload);
    bool ask_exception(Payload payload);
    bool host_event(Payload payload);

    struct TerminalRefusal {
        EndReason reason;
        std::string_view cause;
    };
    std::optional<TerminalRefusal> refuse_terminal();

    struct LoginOutcome {
        bool right = false;
        std::optional<std::string> rehash;
    };
    void finish_login(const std::optional<store::User>& user, const std::string& name,
                      const LoginOutcome& outcome);
    void refuse_login(const std::optional<store::User>& user, std::string_view cause,
                      ipc::LoginResultCode code, std::uint32_t retry_after);
    void accept_login(const store::User& user, const LoginOutcome& outcome);

    std::optional<EndReason> may_open(const Rights& rights, const LinkPeer* replaced) const;
    LinkPeer* session_with_ticket(const ipc::Ticket& ticket) const;
    void refuse_session(EndReason reason, std::string_view cause = {});
    void grant(const Rights& rights, const ipc::OpenSession& request, LinkPeer* replaced);
    std::uint32_t remaining(const policy::Effective& effective) const;
    void watch(std::uint32_t seconds);
    void check_time();
    void end_session(EndReason reason, const ipc::Totals& totals);

    void violation(EndReason reason);
    [[nodiscard]] bool mine(std::uint64_t session) const {
        return session_ && session_->id == session;
    }
    // An event with who, where and which session already in it.
    [[nodiscard]] audit::Event event(audit::EventType type) const;

    Core& core_;
    State state_ = kFresh;
    std::uint64_t number_;
    ipc::Connected connected_;
    store::User user_;
    unsigned failed_logins_ = 0;
    std::optional<Session> session_;
    bool terminating_ = false;
    boost::asio::steady_timer clock_;     // policy's end of the session
    boost::asio::steady_timer deadline_;  // after terminate
};

}  // namespace sudare::broker

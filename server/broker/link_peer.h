// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "protocol/ipc/broker_link.h"
#include "server/base/token_bucket.h"
#include "server/broker/auth/login_rules.h"
#include "server/broker/core.h"
#include "server/broker/stream.h"

namespace sudare::broker {

// What somebody has typed.
struct Attempt {
    std::string user, password, code;
    std::string wanted;  // a new password; empty: none
};
void wipe(Attempt& attempt);

// One sudare-link: one terminal, one person, at most one session. What it may ask, and when, is
// the table in link_peer.cpp; everything else ends the connection and is recorded.
class LinkPeer final : public Stream {
public:
    // How long a link may take to end after Terminate before it is cut off.
    static constexpr std::chrono::seconds kEndDeadline{5};
    // A certificate that counts no more, or somebody stopped in an emergency, has nothing after two
    // seconds, whatever the link does.
    static constexpr std::chrono::seconds kRevokedDeadline{2};
    // Frames of one link; each may be a record. An honest one lets 2304 reports of the host through at once and so
    // many more in a minute (server/link/session.cpp), and tells each stored segment of 0.5 to 1 MiB of picture; one
    // that was taken over must not fill the log, which stops everybody.
    static constexpr std::uint32_t kFramesPerMinute = 3600, kFramesBurst = 4096;
    // Recordings that a link may begin, each of which waits for the disk. An honest one begins anew after 15 s at
    // the soonest, or when policy changes.
    static constexpr std::uint32_t kRecordingsPerMinute = 8, kRecordingsBurst = 16;

    LinkPeer(UnixSocket socket, Core& core);
    ~LinkPeer() override;

    [[nodiscard]] const Session* session() const { return session_.get(); }
    [[nodiscard]] std::uint32_t user_id() const { return user_.id; }  // 0: nobody yet
    [[nodiscard]] const std::string& user_name() const { return user_.name; }
    [[nodiscard]] const std::string& terminal() const { return connected_.terminal; }
    [[nodiscard]] bool terminating() const { return terminating_; }
    [[nodiscard]] const ipc::Connected& source() const { return connected_; }

    void policy_changed();
    void reviewers_changed();  // for recordings that begin from now on
    // The session goes on elsewhere: this link is told to leave it.
    SessionPtr hand_over();
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
        kHandedOver = 32,  // what is still on its way about the session is recorded
        kOver = 64,
        kEnrolling = 128,  // protocol/enrol: for good
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
    bool change_password(Payload payload);
    bool begin_factor(Payload payload);
    bool confirm_factor(Payload payload);
    bool ask_renewal(Payload payload);
    bool fetch_certificate(Payload payload);
    bool open_session(Payload payload);
    bool resume_session(Payload payload);
    bool session_detached(Payload payload);
    bool session_left(Payload payload);
    bool session_started(Payload payload);
    bool session_ended(Payload payload);
    bool counters(Payload payload);
    bool destination(Payload payload);
    bool refusal(Payload payload);
    bool input_alarm(Payload payload);
    bool ask_exception(Payload payload);
    Result<std::optional<std::uint32_t>> request_host(const ipc::AskException& asked);
    bool host_event(Payload payload);
    // link_recording.cpp
    bool recording_started(Payload payload);
    bool recording_segment(Payload payload);
    bool recording_ended(Payload payload);
    bool recording_failed(Payload payload);
    [[nodiscard]] bool recording_is(std::uint64_t session, const ipc::RecordingId& id) const;
    void recording_lost();
    void keep_recording();
    void close_recording(store::StoredRecording::State state);
    [[nodiscard]] bool can_record();

    struct TerminalRefusal {
        EndReason reason;
        std::string_view cause;
    };
    // Of the terminal's certificate, as it is stored.
    [[nodiscard]] std::string fingerprint() const;
    std::optional<TerminalRefusal> refuse_terminal();
    std::optional<TerminalRefusal> why_over();
    // The first use of a renewed certificate; false: this is none.
    tl::expected<bool, TerminalRefusal> take_up_renewal();
    void refuse_renewal(std::string_view cause, ipc::LoginResultCode code);
    bool stopped();

    // An attempt whose password has been looked at.
    struct Checked {
        auth::Looked looked;
        Attempt attempt;
        std::optional<std::string> hash;  // of the wanted password, or a newer one of the same
        // Of an account of the directory.
        std::string_view cause{};  // of a refusal
        std::optional<std::uint64_t> directory_groups{};
    };
    // Called when the password was right and the account may be used; answers.
    using Finish = void (LinkPeer::*)(const Checked&);
    void check(Attempt attempt, Finish finish);
    void finish_check(Checked& checked, Finish finish);
    // link_directory.cpp
    bool asks_directory(const std::optional<store::User>& user, const std::string& name);
    void check_in_directory(Checked checked, Finish finish);
    void finish_directory(Checked& checked, const ipc::DirectoryVerdict& verdict, Finish finish);
    // False: it could not be done, and that was answered.
    bool follow_directory(const Checked& checked);
    Result<void> set_directory_groups(const store::User& user, std::uint64_t bits);
    void finish_login(const Checked& checked);
    void finish_change(const Checked& checked);
    void finish_begin(const Checked& checked);
    // False: it has been refused, and that was answered.
    bool proved(const Checked& checked);
    // Whether the account is still as it was when this factor's secret was told.
    bool still_owned();
    // `wrong`: why, where a directory said so.
    void refuse_verdict(const std::optional<store::User>& user, const auth::Outcome& outcome,
                        std::string_view wrong = {});
    void refuse_over(const std::optional<store::User>& user, const TerminalRefusal& over);
    void refuse_stopped(const std::optional<store::User>& user);
    void answer_login(const ipc::LoginVerdict& verdict);
    void refuse_login(const std::optional<store::User>& user, std::string_view cause,
                      ipc::LoginResultCode code, std::uint32_t retry_after);
    void refuse_busy(const store::User& user, const Error& error);
    void accept_login(const Checked& checked, bool coded);

    std::optional<EndReason> may_open(const Rights& rights) const;
    // Reads account and rights anew; refuses the session and returns nothing when they deny it.
    std::optional<Rights> rights_for_session(const store::User& user,
                                             const std::optional<auth::Proof>& proof);
    [[nodiscard]] std::optional<Core::Place> session_with_ticket(const ipc::Ticket& ticket) const;
    [[nodiscard]] std::optional<Core::Place> session_to_take_up(const Rights& rights) const;
    void refuse_session(EndReason reason, std::string_view cause = {}, std::uint64_t session = 0);
    void grant(const Rights& rights, const Display& display);
    void take_up(const Core::Place& place, const Rights& rights, const Display& display,
                 std::string_view proof);
    void send_grant(const Rights& rights, bool resumed);
    std::uint32_t remaining(const policy::Effective& effective) const;
    void watch(std::uint32_t seconds);
    void check_time();
    void end_session(EndReason reason, const ipc::Totals& totals);
    void leave_session(EndReason reason, const ipc::Totals& totals);

    void violation(EndReason reason);
    // Also one that was handed over, whose last reports are still coming.
    [[nodiscard]] bool mine(std::uint64_t session) const {
        return session_ ? session_->id == session : handed_over_ != 0 && handed_over_ == session;
    }
    // An event with who, where and which session already in it.
    [[nodiscard]] audit::Event event(audit::EventType type) const;

    Core& core_;
    State state_ = kFresh;
    std::uint64_t number_;
    ipc::Connected connected_;
    store::User user_;     // as it was at the log-in
    bool coded_ = false;   // a code of the second factor was part of it
    unsigned failed_logins_ = 0;
    struct NewFactor {
        store::User user;
        auth::TotpSecret secret;
    };
    bool renewal_asked_ = false;           // once on a connection
    std::optional<NewFactor> new_factor_;  // told, and not yet confirmed
    SessionPtr session_;
    std::optional<store::StoredRecording> recording_;  // that the link is making
    ipc::RecordingId recording_id_{};                  // of it
    ipc::Sha256 chain_{};                              // over its segments
    std::chrono::steady_clock::time_point recording_begun_{};
    TokenBucket frames_{kFramesPerMinute, std::chrono::minutes(1), kFramesBurst};
    TokenBucket recordings_{kRecordingsPerMinute, std::chrono::minutes(1), kRecordingsBurst};
    std::uint64_t handed_over_ = 0;       // number of the session that went to another link
    std::uint32_t policy_version_ = 0;    // under which this link's session runs or ran
    bool terminating_ = false;
    boost::asio::steady_timer clock_;     // policy's end of the session
    boost::asio::steady_timer deadline_;  // after terminate
};

}  // namespace sudare::broker

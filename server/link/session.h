// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "protocol/ipc/broker_link.h"
#include "protocol/wire/update_gate.h"
#include "server/base/token_bucket.h"
#include "server/link/ack_gate.h"
#include "server/link/broker_client.h"
#include "server/link/input_pacer.h"
#include "server/link/input_watch.h"
#include "server/link/recording.h"
#include "server/link/viewer_side.h"
#include "server/session/input/input_filter.h"
#include "server/tls/channel.h"

namespace sudare::link {

// A granted session while it runs: input up through the filter, pictures down through the gate,
// the limits of its policy. What is shown is recorded where policy says so; counts go to the broker each
// minute.
class Session {
   public:
    using Clock = ViewerSide::Clock;
    // How the session reaches the rest of the link; `end` may be called from anywhere, again.
    struct Surroundings {
        ViewerSide& viewer;
        BrokerClient& broker;
        RecorderClient& recorder;
        std::function<void()> call_recorder;  // asks for a connection: recorder_came()
        std::function<void(EndReason)> end;
        // Ends the link; the session, where it may, waits at its host for another one.
        std::function<void(EndReason)> leave;
    };

    Session(asio::io_context& io, Surroundings around, ipc::SessionGranted granted,
            const wire::OpenSession& open);

    static const FrameRules& host_rules();

    // Tells the terminal that its session is being started.
    asio::awaitable<void> announce();
    // Takes the handshaken connection to the host, starts the session there and waits until it
    // stands; the error is why not.
    asio::awaitable<std::optional<EndReason>> start(std::unique_ptr<tls::Channel> host,
                                                    const wire::OpenSession& open);
    // The two directions. Spawn the first one before start(): what comes before the session runs
    // is dropped, but for the newest size.
    asio::awaitable<void> carry_input();
    asio::awaitable<void> carry_pictures();

    // About once a second: limits of time, deadlines, counters each minute.
    void tick(Clock::time_point now);
    void change_policy(const ipc::SessionPolicy& policy);
    void change_reviewers(ipc::ReviewerKeys reviewers) { granted_.reviewers = std::move(reviewers); }
    void recorder_came() { recording_.connected(); }
    // Ends the recording, and returns when the broker has been told all of it. Before the end of the
    // session is told.
    asio::awaitable<void> finish_recording();

    // Told to the host before the connection goes.
    asio::awaitable<void> stop(EndReason reason);
    // Its viewer is gone: no picture and no input any more, until stop() or the end of the link.
    // Ends by itself with kNotResumed when nobody has come for it in time.
    asio::awaitable<void> detach();
    // It may stay at its host without this viewer: it stands there, and policy permits it.
    [[nodiscard]] bool may_wait() const {
        return !stopped_ && (running_ || granted_.resumed) && granted_.policy.resume_minutes != 0;
    }
    [[nodiscard]] bool running() const { return running_; }
    // How long it stays there without any link.
    [[nodiscard]] std::uint32_t kept_seconds() const;
    asio::awaitable<void> report_counters();
    [[nodiscard]] ipc::Totals totals() const;
    [[nodiscard]] std::uint64_t number() const { return granted_.session; }
    [[nodiscard]] tls::Channel* host() { return host_.get(); }

   private:
    // input_path.cpp
    asio::awaitable<void> take(const wire::UpMessage& message);
    void ask(const wire::AskException& ask);
    void acknowledge(const wire::Ack& ack);
    bool admit(const wire::UpMessage& message);
    bool judge(const wire::UpMessage& message);
    void count(const wire::UpMessage& message);
    void watch(const wire::UpMessage& message);
    // To the host when the profile says; `pump` while something waits for its time.
    asio::awaitable<void> send_due();
    asio::awaitable<void> pump();
    [[nodiscard]] const input::Profile& profile() const {
        return input::profile_of(granted_.policy.input.profile);
    }
    void explain_drop(const wire::UpMessage& message, input::Drop why);
    void follow_resize(const wire::UpMessage& message);
    void permit(Size asked);
    void send_policy();
    // picture_path.cpp
    asio::awaitable<void> wait_for_broker();
    asio::awaitable<std::optional<EndReason>> pass_down(const Frame& frame);
    asio::awaitable<std::optional<EndReason>> pass_update(std::span<const std::uint8_t> payload);
    asio::awaitable<std::optional<EndReason>> pass_small(const Frame& frame);
    asio::awaitable<std::optional<EndReason>> pass_report(const Frame& frame);
    asio::awaitable<std::optional<EndReason>> pass_destination(const Frame& frame);
    std::optional<EndReason> host_ended(std::span<const std::uint8_t> payload);
    EndReason blame_host(EndReason fault);
    // What the viewer is told, for the recording; small messages and whole Update frames.
    void tee(const wire::DownMessage& message);
    void tee_input(const wire::UpMessage& message);
    void tell(const wire::DownMessage& message);  // without waiting
    asio::awaitable<void> send_state(wire::Phase phase);
    void record_as_policy_says();
    void recording_failed();
    void recording_began();

    [[nodiscard]] wire::SessionState state(wire::Phase phase) const;
    asio::awaitable<void> order_start(const wire::OpenSession& open);
    asio::awaitable<void> send_up(std::uint8_t type, std::span<const std::uint8_t> payload);
    void report(ipc::BrokerLinkFrame type, std::vector<std::uint8_t> payload);
    bool may_notify(std::size_t kind);

    asio::io_context& io_;
    Surroundings around_;
    ipc::SessionGranted granted_;
    input::InputFilter filter_;
    Size asked_;  // by the viewer, lately
    wire::UpdateGate gate_{wire::UpdateGate::Sizes::kPermittedOnly};
    std::unique_ptr<tls::Channel> host_;
    AckGate acks_;
    InputPacer pacer_;
    asio::steady_timer pace_;
    bool pumping_ = false;
    InputWatch watch_;
    Recording recording_;
    std::size_t reporting_ = 0;  // reports on their way to the broker
    SignalFlag reported_;
    ipc::Counters counters_;
    TokenBucket reports_;  // of the host, for the log
    std::uint32_t updates_ = 0;
    std::optional<wire::Resize> early_resize_;
    bool running_ = false, stopped_ = false;
    std::optional<Clock::time_point> detached_;  // without a viewer since then
    Clock::time_point begun_, last_input_, last_counters_;
    bool warned_idle_ = false, warned_time_ = false;
    // Refused sites of which the viewer was told: what it may ask for, by rule.
    std::map<std::uint32_t, std::pair<std::string, std::uint16_t>> refused_{};
    std::array<Clock::time_point, 8> notified_{};  // one Notice of a kind each second
};

}  // namespace sudare::link

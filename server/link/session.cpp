// SPDX-License-Identifier: Apache-2.0
#include "server/link/session.h"

#include "server/base/log.h"

namespace sudare::link {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr seconds kIdleWarning{60};   // how long before the end the user is told
constexpr seconds kTimeWarning{300};
constexpr minutes kCounterInterval{1};
constexpr seconds kNoticeInterval{1};
constexpr seconds kStartDeadline{60};  // a browser on a loaded host takes ten
// An honest egress reports a destination when it is new and again when its minute is over, 1024 of
// them at most (server/egress/limits.h); a hostile host must not fill the log's disk.
constexpr std::uint32_t kReportsPerMinute = 2 * 1024 + 256;

const wire::SessionRules kPictureRules(wire::Direction::kDown);
const ipc::TableRules kReportRules(ipc::kLinkHostDownRows);
const EitherRules kHostRules(kPictureRules, kReportRules);

std::uint32_t left(seconds total, Session::Clock::duration spent) {
    const auto rest = total - std::chrono::duration_cast<seconds>(spent);
    return rest.count() > 0 ? static_cast<std::uint32_t>(rest.count()) : 0;
}

std::uint16_t restrictions_of(const ipc::SessionPolicy& policy) {
    std::uint16_t bits = 0;
    bits |= policy.input.keyboard ? 0 : wire::kRestrictKeyboard;
    bits |= policy.input.pointer ? 0 : wire::kRestrictPointer;
    bits |= policy.input.text ? 0 : wire::kRestrictText;
    bits |= policy.web.clipboard_in_browser ? 0 : wire::kRestrictClipboardInBrowser;
    bits |= policy.web.allow_by_default ? 0 : wire::kRestrictSites;
    bits |= policy.web.plain_http ? 0 : wire::kRestrictPlainHttp;
    bits |= policy.input.profile == ipc::InputProfile::kNormal ? 0 : wire::kRestrictPace;
    return bits;
}

}  // namespace

const FrameRules& Session::host_rules() { return kHostRules; }

Session::Session(asio::io_context& io, Surroundings around, ipc::SessionGranted granted,
                 const wire::OpenSession& open)
    : io_(io),
      around_(std::move(around)),
      granted_(std::move(granted)),
      filter_(granted_.policy.input, open.display.size, [] { return Clock::now(); }),
      asked_(open.display.size),
      pace_(io),
      recording_({io, around_.recorder, around_.call_recorder,
                  [this](ipc::BrokerLinkFrame type, std::vector<std::uint8_t> payload) {
                      report(type, std::move(payload));
                  },
                  [this] { recording_failed(); },
                  [this] { recording_began(); }},
                 granted_.session),
      reported_(io),
      reports_(kReportsPerMinute, minutes(1), kReportsPerMinute),
      begun_(Clock::now()),
      last_input_(begun_),
      last_counters_(begun_) {
    counters_.session = granted_.session;
    pacer_.set_profile(profile(), begun_);
    permit(open.display.size);
}

wire::SessionState Session::state(wire::Phase phase) const {
    wire::SessionState state;
    state.phase = phase;
    state.session = granted_.session;
    state.ticket = granted_.ticket;
    state.remaining_s = left(seconds(granted_.remaining), Clock::now() - begun_);
    state.idle_s = granted_.policy.idle_minutes * 60;
    state.resume_minutes = granted_.policy.resume_minutes;
    state.restrictions = restrictions_of(granted_.policy);
    if (recording_.running())
        state.restrictions |= wire::kStateRecorded;
    state.watermark = granted_.policy.display.watermark;
    return state;
}

asio::awaitable<void> Session::announce() {
    record_as_policy_says();  // the recorder has the time in which the browser starts
    co_await send_state(wire::Phase::kStarting);
}

asio::awaitable<std::optional<EndReason>> Session::start(std::unique_ptr<tls::Channel> host,
                                                         const wire::OpenSession& open) {
    host_ = std::move(host);
    co_await order_start(open);
    const auto answer = co_await host_->read();
    if (stopped_)
        co_return std::nullopt;
    if (!answer)
        co_return EndReason::kHostLost;
    if (answer->type == static_cast<std::uint8_t>(ipc::LinkHostFrame::kEnded))
        co_return host_ended(answer->payload);
    if (answer->type != static_cast<std::uint8_t>(ipc::LinkHostFrame::kStarted))
        co_return blame_host(EndReason::kIllegalState);
    // No picture before there is a place for it.
    if (granted_.policy.recording == ipc::Recording::kRequired) {
        const bool stands = co_await recording_.stands();
        if (!stands)
            co_return EndReason::kAuditUnavailable;
    }
    if (stopped_)
        co_return std::nullopt;
    co_await around_.broker.report(ipc::BrokerLinkFrame::kSessionStarted,
                                   ipc::write_session_started(granted_.session));
    if (granted_.resumed)  // the host has the policy of the time before
        send_policy();
    co_await send_state(wire::Phase::kRunning);
    running_ = true;
    if (early_resize_)
        co_await take(*early_resize_);
    co_return std::nullopt;
}

asio::awaitable<void> Session::order_start(const wire::OpenSession& open) {
    if (granted_.resumed) {
        const ipc::SessionResume order{granted_.session, granted_.key, open.display, open.keyboard};
        co_return co_await send_up(static_cast<std::uint8_t>(ipc::LinkHostFrame::kResume),
                                   ipc::write_session_resume(order));
    }
    ipc::SessionStart order;
    order.session = granted_.session;
    order.key = granted_.key;
    order.display = open.display;
    order.keyboard = open.keyboard;
    order.locale = open.locale;
    order.policy = granted_.policy;
    co_await send_up(static_cast<std::uint8_t>(ipc::LinkHostFrame::kStart),
                     ipc::write_session_start(order));
}

asio::awaitable<void> Session::send_up(std::uint8_t type, std::span<const std::uint8_t> payload) {
    std::vector<std::uint8_t> bytes;
    append_frame(bytes, type, payload);
    co_await host_->send(bytes);
}

void Session::report(ipc::BrokerLinkFrame type, std::vector<std::uint8_t> payload) {
    ++reporting_;
    asio::co_spawn(
        io_,
        [this, type, payload = std::move(payload)]() mutable -> asio::awaitable<void> {
            co_await around_.broker.report(type, std::move(payload));
            --reporting_;
            reported_.raise();
        },
        asio::detached);
}

asio::awaitable<void> Session::finish_recording() {
    co_await recording_.finish();
    while (reporting_ > 0)
        co_await reported_.wait();
}

void Session::record_as_policy_says() {
    if (!detached_ && !stopped_)
        recording_.want(granted_.policy.recording, granted_.reviewers);
}

void Session::recording_failed() {
    if (granted_.policy.recording == ipc::Recording::kRequired)
        return around_.end(EndReason::kAuditUnavailable);
    if (running_ && !detached_ && !stopped_)
        tell(state(wire::Phase::kRunning));  // people are told what is so
}

// One that was not there from the beginning. The terminal is told before there is anything of it in
// the file, and the host is made to send a whole picture: it does so with each policy that records.
void Session::recording_began() {
    if (!running_)
        return;
    tell(state(wire::Phase::kRunning));
    if (host_)
        send_policy();
}

void Session::tell(const wire::DownMessage& message) {
    tee(message);
    around_.viewer.post(message);
}

asio::awaitable<void> Session::send_state(wire::Phase phase) {
    const wire::DownMessage message(state(phase));
    tee(message);
    co_await around_.viewer.send(message);
}

bool Session::may_notify(std::size_t kind) {
    const auto now = Clock::now();
    if (now - notified_.at(kind) < kNoticeInterval)
        return false;
    notified_.at(kind) = now;
    return true;
}

void Session::tick(Clock::time_point now) {
    if (host_)
        host_->enforce(now);
    recording_.tick();
    if (!running_ && now - begun_ >= kStartDeadline)
        return around_.end(EndReason::kHostLost);
    if (detached_ && now - *detached_ >= minutes(granted_.policy.resume_minutes))
        return around_.end(EndReason::kNotResumed);
    const minutes idle(granted_.policy.idle_minutes);
    if (idle.count() > 0) {
        if (now - last_input_ >= idle)
            return around_.end(EndReason::kIdle);
        const bool soon = now - last_input_ >= idle - kIdleWarning;
        if (soon && !warned_idle_)
            tell(wire::Notice{wire::NoticeCode::kIdleSoon,
                                             left(idle, now - last_input_), 0});
        warned_idle_ = soon;
    }
    const seconds total(granted_.remaining);
    if (total.count() > 0) {
        if (now - begun_ >= total)
            return around_.end(EndReason::kTotalTime);
        if (now - begun_ >= total - kTimeWarning && !warned_time_) {
            warned_time_ = true;
            tell(
                wire::Notice{wire::NoticeCode::kTimeSoon, left(total, now - begun_), 0});
        }
    }
    if (now - last_counters_ >= kCounterInterval)
        asio::co_spawn(io_, report_counters(), asio::detached);
}

asio::awaitable<void> Session::report_counters() {
    last_counters_ = Clock::now();
    const ipc::Counters counted = std::exchange(counters_, ipc::Counters{});
    counters_.session = granted_.session;
    const bool any = counted.keys + counted.moves + counted.buttons + counted.wheel +
                         counted.code_points + counted.dropped >
                     0;
    if (any)
        co_await around_.broker.report(ipc::BrokerLinkFrame::kCounters,
                                       ipc::write_counters(counted));
}

// The session host keeps the picture within the policy's largest size; until it does, within what
// was asked for.
void Session::permit(Size asked) {
    asked_ = asked;
    gate_.permit_size(asked);
    const ipc::DisplayPolicy& most = granted_.policy.display;
    const auto within = Size::make(std::min(asked.width(), most.width_max),
                                   std::min(asked.height(), most.height_max));
    if (within && *within != asked)
        gate_.permit_size(*within);
}

// At once in this process, and in the host as soon as it reads.
void Session::change_policy(const ipc::SessionPolicy& policy) {
    granted_.policy = policy;
    filter_.set_policy(policy.input);
    pacer_.set_profile(profile(), Clock::now());
    pace_.cancel();
    permit(asked_);  // another largest size makes another picture
    record_as_policy_says();  // before the host hears of it: its whole picture is the first to record
    tell(state(wire::Phase::kRunning));
    tell(wire::Notice{wire::NoticeCode::kPolicyChanged, policy.version, 0});
    if (host_)
        send_policy();
}

void Session::send_policy() {
    std::vector<std::uint8_t> bytes;
    append_frame(bytes, static_cast<std::uint8_t>(ipc::LinkHostFrame::kPolicy),
                 ipc::write_policy_payload(granted_.policy));
    // A policy may be larger than what post() lets wait, and must not be lost.
    asio::co_spawn(
        io_,
        [this, bytes = std::move(bytes)]() -> asio::awaitable<void> { co_await host_->send(bytes); },
        asio::detached);
}

asio::awaitable<void> Session::detach() {
    detached_ = Clock::now();
    pacer_.clear();
    co_await finish_recording();
    const std::span<const std::uint8_t> nothing;
    co_await send_up(static_cast<std::uint8_t>(ipc::LinkHostFrame::kDetach), nothing);
}

std::uint32_t Session::kept_seconds() const {
    const seconds wished = minutes(granted_.policy.resume_minutes);
    return static_cast<std::uint32_t>(
        std::min(wished, seconds(limits::kUnattendedHold)).count());
}

asio::awaitable<void> Session::stop(EndReason reason) {
    stopped_ = true;
    pacer_.clear();
    if (!host_)
        co_return;
    co_await send_up(static_cast<std::uint8_t>(ipc::LinkHostFrame::kStop),
                     ipc::write_reason(reason));
}

ipc::Totals Session::totals() const {
    ipc::Totals totals;
    totals.bytes_up = around_.viewer.channel().bytes_in();
    totals.bytes_down = around_.viewer.channel().bytes_out();
    totals.updates = updates_;
    return totals;
}

}  // namespace sudare::link

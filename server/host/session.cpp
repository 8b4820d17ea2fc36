// SPDX-License-Identifier: Apache-2.0
#include "server/host/session.h"

#include <sys/wait.h>

#include "server/base/log.h"
#include "server/base/unix_socket.h"
#include "server/session/browser/chromium_policy.h"

namespace sudare::host {
namespace {

using std::chrono::milliseconds;

const ipc::TableRules kFromSession{ipc::kSessionUpRows};
const ipc::TableRules kFromEgress{ipc::kEgressUpRows};  // never read here

// Between two looks at a cgroup whose killed processes are still going away.
constexpr milliseconds kSweepInterval{10};
// After that the end is told without waiting any longer, which the log says. The slot stays taken,
// and a look is taken this often.
constexpr milliseconds kSweepDeadline{10000}, kLingerInterval{1000};

bool is_about_browser(EndReason reason) {
    return reason == EndReason::kBrowserClosed || reason == EndReason::kBrowserCrashed;
}

template <typename Frame>
constexpr std::uint8_t type_of(Frame frame) {
    return static_cast<std::uint8_t>(frame);
}

long long since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin)
        .count();
}

ipc::SessionRules rules_of(const ipc::SessionPolicy& policy) {
    return {policy.input, policy.display, policy.recording != ipc::Recording::kOff};
}

}  // namespace

Session::Session(boost::asio::io_context& loop, const Settings& settings, SlotNumber slot,
                 const ipc::SessionStart& start, SlotDirectory directory, SessionCgroup cgroup,
                 Events events)
    : loop_(loop),
      settings_(settings),
      slot_(slot),
      number_(start.session),
      events_(std::move(events)),
      cgroup_(std::move(cgroup)),
      directory_(std::move(directory)),
      timer_(loop) {}

Session::~Session() {
    *alive_ = false;
    for (const auto& stream : {session_control_, egress_control_})
        if (stream)
            stream->close();  // its callbacks name this object
    input_method_.reset();
    browser_.reset();
    egress_.reset();
    session_.reset();
    if (state_ == State::kGone)
        return;
    cgroup_.kill_all();
    if (!cgroup_.remove())
        log_warn("session {}: its cgroup is removed at the next start", number_);
}

Result<std::unique_ptr<Session>> Session::create(boost::asio::io_context& loop,
                                                 const Settings& settings,
                                                 const CgroupRoot& cgroups, SlotNumber slot,
                                                 const ipc::SessionStart& start, Events events) {
    SUDARE_TRY(SlotDirectory directory,
               SlotDirectory::create(settings.runtime_dir, slot,
                                     {uid_of(settings.uid_base, slot, Role::kBrowser),
                                      uid_of(settings.uid_base, slot, Role::kInputMethod)}));
    SUDARE_TRY(SessionCgroup cgroup, cgroups.make(slot, settings.limits));
    std::unique_ptr<Session> session(new Session(loop, settings, slot, start, std::move(directory),
                                                 std::move(cgroup), std::move(events)));
    if (const auto started = session->start_all(start); !started) {
        log_error("session {} cannot start: {}", start.session, started.error().message);
        session->stop(EndReason::kNoResources);
    }
    return session;
}

// The sockets listen before anybody starts, so the three processes need not wait for each other:
// the browser loads its program while the compositor gets ready.
Result<void> Session::start_all(const ipc::SessionStart& start) {
    SUDARE_TRY(const std::string policy,
               browser::chromium_policy_json({start.policy, settings_.ca_certificates}));
    SUDARE_CHECK(directory_->write_policy(policy));
    UniqueFd session_control, egress_control;
    SUDARE_CHECK(open_streams(start, session_control, egress_control));
    const ProcessContext context{settings_, slot_, *directory_, cgroup_};
    SUDARE_CHECK(watch(browser_, start_browser(context, start.locale), &Session::on_browser_exit));
    SUDARE_CHECK(
        watch(session_, start_session(context, session_control.get()), &Session::on_session_exit));
    SUDARE_CHECK(
        watch(egress_, start_egress(context, egress_control.get()), &Session::on_egress_exit));
    directory_->drop_sockets();
    input_method_.emplace(loop_, [this, locale = start.locale] {
        return start_input_method({settings_, slot_, *directory_, cgroup_}, locale);
    });
    input_method_->follow(start.policy.input);
    state_ = State::kRunning;
    log_info("session {} starts in slot {}", number_, slot_);
    log_debug("session {}: its processes were started in {} ms", number_, since(begin_));
    return {};
}

// Configurations stand in the streams before their readers exist.
Result<void> Session::open_streams(const ipc::SessionStart& start, UniqueFd& session_control,
                                   UniqueFd& egress_control) {
    SUDARE_TRY(auto control, unix_pair());
    SUDARE_TRY(auto egress, unix_pair());
    session_control = std::move(control.second);
    egress_control = std::move(egress.second);
    egress_reports_.reset(::dup(egress.first.get()));
    session_control_ =
        std::make_shared<ControlStream>(loop_, std::move(control.first), kFromSession);
    egress_control_ = std::make_shared<ControlStream>(loop_, std::move(egress.first), kFromEgress);
    const auto config = ipc::write_session_config(
        {start.display, start.keyboard, start.locale, rules_of(start.policy)});
    if (!egress_reports_ ||
        !session_control_->send(type_of(ipc::HostSessionFrame::kConfig), config) ||
        !egress_control_->send(type_of(ipc::EgressFrame::kConfig),
                               ipc::write_egress_config(egress_config(start.policy))))
        return fail(Errc::kLimit, "session configuration");
    session_control_->listen({[this](const Frame& frame) { on_session_frame(frame); },
                              [this](EndReason) {
                                  if (!said_)
                                      stop(EndReason::kSessionCrashed);
                              }});
    return {};
}

Result<Session::RelayEnds> Session::attach(const ipc::SessionAttach& attach) {
    SUDARE_TRY(auto picture, unix_pair());
    RelayEnds ends{std::move(picture.first), UniqueFd(::dup(egress_reports_.get()))};
    const int end = picture.second.get();
    if (!ends.egress ||
        !session_control_->send(type_of(ipc::HostSessionFrame::kAttach),
                                ipc::write_session_attach(attach), {&end, 1}))
        return fail(Errc::kLimit, "session streams");
    return ends;
}

Result<void> Session::watch(std::unique_ptr<ChildWatch>& place, Result<Child> child,
                            void (Session::*ended)(int)) {
    if (!child)
        return tl::unexpected(child.error());
    SUDARE_TRY(place, ChildWatch::create(loop_, std::move(*child),
                                         [this, ended](int status) { (this->*ended)(status); }));
    return {};
}

ipc::EgressConfig Session::egress_config(const ipc::SessionPolicy& policy) const {
    const EgressSettings& egress = settings_.egress;
    return {policy.web, egress.resolvers, egress.upstream_proxy, egress.private_sites,
            egress.refused_blocks};
}

void Session::update_policy(const ipc::SessionPolicy& policy) {
    if (state_ != State::kRunning)
        return;
    const auto json = browser::chromium_policy_json({policy, settings_.ca_certificates});
    const auto written =
        json ? directory_->write_policy(*json) : Result<void>(tl::unexpected(json.error()));
    // A session that would go on under an old policy is worse than none.
    if (!written ||
        !egress_control_->send(type_of(ipc::EgressFrame::kConfig),
                               ipc::write_egress_config(egress_config(policy))) ||
        !session_control_->send(type_of(ipc::HostSessionFrame::kPolicy),
                                ipc::write_session_rules(rules_of(policy)))) {
        log_error("session {}: the new policy could not be applied", number_);
        return stop(EndReason::kPolicyChanged);
    }
    input_method_->follow(policy.input);
    log_info("session {}: policy version {}", number_, policy.version);
}

void Session::on_session_frame(const Frame& frame) {
    if (frame.type == type_of(ipc::HostSessionFrame::kReady)) {
        const auto elapsed = since(begin_);
        log_debug("session {}: first picture after {} ms", number_, elapsed);
        return events_.event(
            {ipc::HostEventKind::kBrowserStarted, static_cast<std::uint32_t>(elapsed)});
    }
    const auto reason = ipc::read_reason(frame.payload);
    if (!reason)
        return stop(EndReason::kSessionCrashed);
    said_ = *reason;
    // The compositor sees the browser go away before the kernel tells how it ended.
    if (browser_ && is_about_browser(*reason))
        return arm(kStopGrace);
    stop(*reason);
}

void Session::on_session_exit(int status) {
    session_.reset();
    if (state_ == State::kRunning && browser_ && said_ && is_about_browser(*said_))
        return;
    child_ended("session", status, said_.value_or(EndReason::kSessionCrashed));
}

void Session::on_browser_exit(int status) {
    browser_.reset();
    const bool closed = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    child_ended("browser", status, closed ? EndReason::kBrowserClosed : EndReason::kBrowserCrashed);
}

void Session::on_egress_exit(int status) {
    egress_.reset();
    child_ended("egress", status, EndReason::kEgressLost);
}

void Session::child_ended(const char* name, int status, EndReason reason) {
    if (state_ == State::kRunning)
        log_info("session {}: {} ended: {}", number_, name, describe_wait_status(status));
    stop(reason);
    if (!session_ && !browser_ && !egress_)
        sweep();
}

void Session::stop(EndReason reason) {
    if (state_ != State::kStarting && state_ != State::kRunning)
        return;
    state_ = State::kStopping;
    reason_ = reason;
    stop_begin_ = std::chrono::steady_clock::now();
    log_info("session {} ends: {}", number_, name_of(reason));
    if (session_control_) {
        session_control_->send(type_of(ipc::HostSessionFrame::kStop), ipc::write_reason(reason));
        session_control_->finish();
    }
    if (browser_)
        browser_->kill_group();
    if (egress_)
        egress_->kill_group();
    if (input_method_)
        input_method_->stop();
    arm(session_ ? kStopGrace : milliseconds(0));
}

void Session::arm(milliseconds delay) {
    timer_.expires_after(delay);
    timer_.async_wait([this, alive = alive_](const boost::system::error_code& error) {
        if (error || !*alive)
            return;
        if (state_ == State::kRunning && said_)
            stop(*said_);
        sweep();
    });
}

// Kills what is left, and is called again until nothing is.
void Session::sweep() {
    if (state_ != State::kStopping && state_ != State::kLingering)
        return;
    if (clean()) {
        timer_.cancel();
        if (state_ == State::kStopping)
            tell_end();
        state_ = State::kGone;
        log_debug("session {}: gone {} ms after its end began", number_, since(stop_begin_));
        return events_.gone();
    }
    if (state_ == State::kStopping && since(stop_begin_) > kSweepDeadline.count()) {
        log_error("session {}: something in slot {} does not end; the slot stays taken", number_,
                  slot_);
        state_ = State::kLingering;
        tell_end();
    }
    arm(state_ == State::kLingering ? kLingerInterval : kSweepInterval);
}

bool Session::clean() {
    for (const auto& child : {&session_, &browser_, &egress_})
        if (*child)
            (*child)->kill_group();
    const bool composing = input_method_ && !input_method_->clean();
    cgroup_.kill_all();
    return !session_ && !browser_ && !egress_ && !composing && cgroup_.remove();
}

void Session::tell_end() {
    for (const auto& stream : {session_control_, egress_control_})
        if (stream)
            stream->close();
    directory_.reset();
    events_.ended(reason_);
}

}  // namespace sudare::host

// SPDX-License-Identifier: Apache-2.0
#include "server/broker/ctl_peer.h"

#include <algorithm>
#include <charconv>

#include "server/base/log.h"
#include "server/broker/audit/render.h"
#include "server/broker/expiry.h"
#include "server/broker/link_peer.h"

namespace sudare::broker {

using audit::Event;
using audit::EventType;
using audit::Field;
using ipc::CtlRequest;

namespace {

const ipc::TableRules kFrameRules{ipc::kCtlRequestRows};

std::string_view name_of_state(const audit::Log& log) {
    return log.failed() ? "failed" : "ok";
}

}  // namespace

// Every request: type, count of arguments, handler, name, who may ask. All that change something are
// recorded by their handler before they take effect; what tells about people (reads) is recorded before
// it is answered.
struct CtlPeer::Row {
    CtlRequest type;
    std::size_t arguments;
    CtlResult<> (CtlPeer::*handler)(const Arguments&);
    std::string_view name;
    unsigned roles;
    bool reads = false;
};

namespace {

constexpr std::size_t kAnyCount = SIZE_MAX;  // the handler looks itself
constexpr unsigned bit(store::Role role) { return 1U << static_cast<unsigned>(role); }
constexpr unsigned kAdmin = bit(store::Role::kAdministrator);
constexpr unsigned kApprover = bit(store::Role::kApprover);
constexpr unsigned kReviewer = bit(store::Role::kReviewer);
constexpr unsigned kOperator = bit(store::Role::kOperator);
constexpr unsigned kRules = kAdmin | kApprover | kReviewer;  // who may see what is permitted
constexpr unsigned kAny = kRules | kOperator;

}  // namespace

const CtlPeer::Row CtlPeer::kRows[] = {
    {CtlRequest::kStatus, 0, &CtlPeer::status, "status", kAny},
    {CtlRequest::kUserAdd, 3, &CtlPeer::user_add, "user add", kAdmin},
    {CtlRequest::kUserPassword, 3, &CtlPeer::user_password, "user passwd", kAdmin},
    {CtlRequest::kUserCode, 2, &CtlPeer::user_code, "user code", kAdmin},
    {CtlRequest::kUserResetFactor, 1, &CtlPeer::user_reset_factor, "user reset-factor",
     kAdmin | kOperator},
    {CtlRequest::kUserDisable, 1, &CtlPeer::user_disable, "user disable", kAdmin},
    {CtlRequest::kUserEnable, 1, &CtlPeer::user_enable, "user enable", kAdmin},
    {CtlRequest::kUserList, 0, &CtlPeer::user_list, "user list", kAny, true},
    {CtlRequest::kTerminalAdd, 4, &CtlPeer::terminal_add, "terminal add", kAdmin},
    {CtlRequest::kTerminalList, 0, &CtlPeer::terminal_list, "terminal list", kAny, true},
    {CtlRequest::kTerminalRevoke, 1, &CtlPeer::terminal_revoke, "terminal revoke",
     kAdmin | kOperator},
    {CtlRequest::kTerminalDeny, 1, &CtlPeer::terminal_deny, "terminal deny", kAdmin | kOperator},
    {CtlRequest::kTerminalRenewals, 1, &CtlPeer::terminal_renewals, "terminal renewals", kAny, true},
    {CtlRequest::kTerminalInstall, 5, &CtlPeer::terminal_install, "terminal install", kAdmin},
    {CtlRequest::kTerminalExpiring, 1, &CtlPeer::terminal_expiring, "terminal expiring", kAny,
     true},
    {CtlRequest::kPolicySet, 3, &CtlPeer::policy_set, "policy set", kAdmin},
    {CtlRequest::kPolicyUnset, 2, &CtlPeer::policy_unset, "policy unset", kAdmin},
    {CtlRequest::kPolicyExplain, 2, &CtlPeer::policy_explain, "policy explain", kRules, true},
    {CtlRequest::kPolicyShow, 0, &CtlPeer::policy_show, "policy show", kAny},
    {CtlRequest::kPolicyGet, 1, &CtlPeer::policy_get, "policy get", kRules, true},
    {CtlRequest::kPolicyHistory, 2, &CtlPeer::policy_history, "policy history", kRules, true},
    {CtlRequest::kPolicyDiff, 3, &CtlPeer::policy_diff, "policy diff", kRules, true},
    {CtlRequest::kPolicyWhatIf, 4, &CtlPeer::policy_what_if, "policy what-if", kRules, true},
    {CtlRequest::kPolicyRollback, 3, &CtlPeer::policy_rollback, "policy rollback", kAdmin},
    {CtlRequest::kGroupAdd, 2, &CtlPeer::group_add, "group add", kAdmin},
    {CtlRequest::kGroupRemove, 1, &CtlPeer::group_remove, "group remove", kAdmin},
    {CtlRequest::kGroupMove, 2, &CtlPeer::group_move, "group move", kAdmin},
    {CtlRequest::kGroupList, 0, &CtlPeer::group_list, "group list", kRules, true},
    {CtlRequest::kGroupJoin, 2, &CtlPeer::group_join, "group join", kAdmin},
    {CtlRequest::kGroupLeave, 2, &CtlPeer::group_leave, "group leave", kAdmin},
    {CtlRequest::kExceptionAdd, 6, &CtlPeer::exception_add, "exception add", kAdmin},
    {CtlRequest::kExceptionList, 1, &CtlPeer::exception_list, "exception list", kRules, true},
    {CtlRequest::kExceptionEnd, 1, &CtlPeer::exception_end, "exception end", kAdmin},
    {CtlRequest::kImport, kAnyCount, &CtlPeer::import, "import", kAdmin},
    {CtlRequest::kExport, 0, &CtlPeer::export_all, "export", kRules, true},
    {CtlRequest::kRoleGive, 2, &CtlPeer::role_give, "role give", kAdmin},
    {CtlRequest::kRoleTake, 2, &CtlPeer::role_take, "role take", kAdmin},
    {CtlRequest::kRoleList, 0, &CtlPeer::role_list, "role list", kRules},
    {CtlRequest::kChangeList, 0, &CtlPeer::change_list, "change list", kRules, true},
    {CtlRequest::kChangeShow, 1, &CtlPeer::change_show, "change show", kRules, true},
    {CtlRequest::kChangeApprove, 2, &CtlPeer::change_approve, "change approve", kApprover},
    {CtlRequest::kChangeRefuse, 2, &CtlPeer::change_refuse, "change refuse", kApprover},
    {CtlRequest::kHostListSet, 3, &CtlPeer::host_list_set, "host-list set", kAdmin},
    {CtlRequest::kHostListShow, 2, &CtlPeer::host_list_show, "host-list show", kRules, true},
    {CtlRequest::kHostListList, 0, &CtlPeer::host_list_list, "host-list list", kRules, true},
    {CtlRequest::kHostListRemove, 1, &CtlPeer::host_list_remove, "host-list remove", kAdmin},
    {CtlRequest::kPolicyHost, 3, &CtlPeer::policy_host, "policy host", kRules, true},
    {CtlRequest::kSessionList, 0, &CtlPeer::session_list, "session list", kAny, true},
    {CtlRequest::kSessionEnd, 1, &CtlPeer::session_end, "session end", kAdmin | kOperator},
    {CtlRequest::kLog, 3, &CtlPeer::log, "log", kReviewer},
    {CtlRequest::kEvidenceSearch, kAnyCount, &CtlPeer::evidence_search, "evidence search", kReviewer},
    {CtlRequest::kEvidenceExport, kAnyCount, &CtlPeer::evidence_export, "evidence export", kReviewer},
    {CtlRequest::kReviewerAdd, 2, &CtlPeer::reviewer_add, "reviewer add", kAdmin},
    {CtlRequest::kReviewerRemove, 1, &CtlPeer::reviewer_remove, "reviewer remove", kAdmin},
    {CtlRequest::kReviewerList, 0, &CtlPeer::reviewer_list, "reviewer list", kRules},
    {CtlRequest::kRecordingList, 4, &CtlPeer::recording_list, "recording list", kReviewer, true},
    {CtlRequest::kRecordingExport, 2, &CtlPeer::recording_export, "recording export", kReviewer},
    {CtlRequest::kConsentList, 0, &CtlPeer::consent_list, "consent list", kReviewer, true},
    {CtlRequest::kConsentGive, 1, &CtlPeer::consent_give, "consent give", kReviewer},
    {CtlRequest::kConsentRefuse, 2, &CtlPeer::consent_refuse, "consent refuse", kReviewer},
    {CtlRequest::kEvidenceRetention, 1, &CtlPeer::evidence_retention, "evidence retention", kRules, true},
    {CtlRequest::kEvidenceSpace, 0, &CtlPeer::evidence_space, "evidence space", kAny, true},
    {CtlRequest::kHoldAdd, 7, &CtlPeer::hold_add, "hold add", kAdmin | kReviewer},
    {CtlRequest::kHoldList, 0, &CtlPeer::hold_list, "hold list", kRules, true},
    {CtlRequest::kHoldEnd, 2, &CtlPeer::hold_end, "hold end", kAdmin | kApprover},
    {CtlRequest::kEmergencyStart, kAnyCount, &CtlPeer::emergency_start, "emergency start", kAny},
    {CtlRequest::kEmergencyEnd, 2, &CtlPeer::emergency_end, "emergency end", kAdmin | kApprover},
    {CtlRequest::kEmergencyStatus, 1, &CtlPeer::emergency_status, "emergency status", kAny, true},
    {CtlRequest::kBackup, 0, &CtlPeer::backup, "backup", kAdmin},
    {CtlRequest::kSelfTestBegin, 1, &CtlPeer::self_test_begin, "self-test", kReviewer},
    {CtlRequest::kSelfTestEnd, kAnyCount, &CtlPeer::self_test_end, "self-test", kReviewer},
};

tl::unexpected<CtlFailure> ctl_fail(Errc code, std::string english, std::string japanese) {
    return tl::unexpected(CtlFailure{code, std::move(english), std::move(japanese)});
}

tl::unexpected<CtlFailure> ctl_fail(const Error& error) {
    return tl::unexpected(CtlFailure{error.code, error.message, error.message});
}

CtlPeer::CtlPeer(UnixSocket socket, Core& core, uid_t uid)
    : Stream(std::move(socket), kFrameRules), core_(core), uid_(uid), poll_(executor()) {}

void CtlPeer::on_frame(const Frame& frame) {
    const auto arguments = ipc::read_ctl_arguments(frame.payload);
    for (const Row& row : kRows) {
        if (static_cast<std::uint8_t>(row.type) != frame.type)
            continue;
        if (!arguments || (row.arguments != kAnyCount && arguments->size() != row.arguments) ||
            query_ || file_ || search_ || export_ || busy_)
            return on_fault(EndReason::kMalformed);
        later_ = false;
        auto result = check_role(row);
        if (result && row.reads)
            result = record_reading(std::string(row.name), *arguments);
        if (result)
            result = (this->*row.handler)(*arguments);
        if (!later_ || !result)
            answer(result);
        return;
    }
    on_fault(EndReason::kUnknownType);
}

// Asked for each request: what is taken from somebody counts at once.
CtlResult<> CtlPeer::check_role(const Row& row) {
    const auto roles = own_roles();
    if (!roles)
        return tl::unexpected(roles.error());
    if (std::ranges::any_of(*roles, [&](store::Role role) { return (row.roles & bit(role)) != 0; }))
        return {};
    const std::string name(row.name);
    return denied(name,
                  "\"" + name + "\" is not for the roles of uid " + std::to_string(uid_) +
                      "; see: sudarectl role list",
                  "uid " + std::to_string(uid_) + " の役割では「" + name +
                      "」を実行できません。sudarectl role list で確認してください");
}

CtlResult<> CtlPeer::denied(const std::string& what, std::string english, std::string japanese) {
    const auto recorded =
        core_.record_durable(event(EventType::kAdminRefused).text(Field::kFilter, what));
    return recorded ? ctl_fail(Errc::kDenied, std::move(english), std::move(japanese))
                    : ctl_fail(recorded.error());
}

CtlResult<> CtlPeer::record_reading(std::string filter, const Arguments& arguments) {
    for (const std::string& argument : arguments)
        if (!argument.empty())
            filter += " " + shortened(argument);
    const auto recorded =
        core_.record_durable(event(EventType::kStateRead).text(Field::kFilter, filter));
    return recorded ? CtlResult<>() : ctl_fail(recorded.error());
}

void CtlPeer::on_fault(EndReason reason) {
    log_warn("admin connection of uid {}: {}", uid_, name_of(reason));
    close();
}

void CtlPeer::on_closed() {
    query_.reset();
    search_.reset();
    export_.reset();
    file_.reset();
    poll_.cancel();
}

void CtlPeer::row(const ipc::CtlRow& row) {
    send(static_cast<std::uint8_t>(ipc::CtlReply::kRow), ipc::write_ctl_row(row));
}

void CtlPeer::answer(const CtlResult<>& result) {
    if (result)
        send(static_cast<std::uint8_t>(ipc::CtlReply::kDone), ipc::write_ctl_row({}));
    else
        send(static_cast<std::uint8_t>(ipc::CtlReply::kFailed),
             ipc::write_ctl_failure(result.error()));
}

Event CtlPeer::event(EventType type) const {
    return Event{type, {}}.number(Field::kAdminUid, uid_);
}

CtlResult<> CtlPeer::status(const Arguments&) {
    const auto signing = core_.signing();
    const auto version = core_.store().policy_version();
    if (!version)
        return ctl_fail(version.error());
    const auto ending = ending_certificates(core_.store(), core_.settings().expiry_days);
    const auto renewals = core_.store().renewals();
    if (!ending || !renewals)
        return ctl_fail(ending ? renewals.error() : ending.error());
    const BrowserWatch& browser = core_.browser_watch();
    ipc::CtlRow out{{"version", std::string(SUDARE_VERSION)},
                    {"sessions", std::uint64_t{core_.session_count()}},
                    {"connections", std::uint64_t{core_.links().size()}},
                    {"emergencies", std::uint64_t{core_.emergencies().running().size()}},
                    {"logins", std::string(core_.emergencies().stops_everybody()    ? "stopped"
                                           : core_.emergencies().running().empty() ? "open"
                                                                                   : "partly stopped")},
                    {"policy_version", std::uint64_t{*version}},
                    {"directory", std::string(!core_.directory().configured() ? "none"
                                              : core_.directory().connected() ? "connected"
                                                                              : "not connected")},
                    {"audit", std::string(name_of_state(core_.log()))},
                    {"audit_records", core_.log().next_index()},
                    {"signing", !signing ? "off" : signing->cause.empty() ? "ok" : signing->cause},
                    {"signed_records", signing ? signing->records : std::uint64_t{0}},
                    {"forwarding", std::string(core_.forwarding().state())},
                    {"forwarded_records", core_.forwarding().confirmed()},
                    {"expiring", std::uint64_t{ending->size()}},
                    {"renewals", static_cast<std::uint64_t>(std::ranges::count_if(
                                     *renewals, [](const auto& one) { return one.certificate.empty(); }))},
                    {"indexed_records", core_.searcher().indexed()},
                    {"self_test", std::string(SelfTestRecord::name_of(core_.self_test().outcome()))},
                    {"self_test_time", std::uint64_t(core_.self_test().time())},
                    {"browser", std::string(browser.state())}};
    if (browser.days())
        out.push_back({"browser_days", std::uint64_t{*browser.days()}});
    row(out);
    return {};
}

CtlResult<> CtlPeer::session_list(const Arguments&) {
    for (const auto& [session, link] : core_.sessions()) {
        const std::string_view state = !session->running                   ? "starting"
                                       : link != nullptr && !session->detached ? "running"
                                                                               : "waiting";
        row({{"session", session->id},
             {"user", session->user.name},
             {"terminal", session->at.terminal},
             {"address", audit::render_address(session->at.address)},
             {"since", std::uint64_t(session->granted)},
             {"state", std::string(state)},
             {"policy_version", std::uint64_t{session->policy.version}}});
    }
    return {};
}

CtlResult<> CtlPeer::session_end(const Arguments& arguments) {
    std::uint64_t number = 0;
    const std::string& text = arguments[0];
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    LinkPeer* peer = whole ? core_.find_session(number) : nullptr;
    const Session* waiting = whole ? core_.waiting().find(number) : nullptr;
    if (peer == nullptr && waiting == nullptr)
        return ctl_fail(Errc::kNotFound,
                        "there is no running session \"" + text + "\"; see: sudarectl session list",
                        "実行中のセッション「" + text +
                            "」はありません。sudarectl session list で確認してください");
    if (const auto recorded = core_.record_durable(event(EventType::kSessionEndAsked)
                                                       .number(Field::kSession, number)
                                                       .text(Field::kUser, peer != nullptr
                                                                         ? peer->user_name()
                                                                         : waiting->user.name));
        !recorded)
        return ctl_fail(recorded.error());
    if (peer != nullptr)
        peer->terminate(EndReason::kAdminEnded);
    core_.waiting().end_if([number](const Session& session) {
        return session.id == number ? std::optional(EndReason::kAdminEnded) : std::nullopt;
    });
    return {};
}

}  // namespace sudare::broker

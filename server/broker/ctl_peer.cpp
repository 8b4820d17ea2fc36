// SPDX-License-Identifier: Apache-2.0
#include "server/broker/ctl_peer.h"

#include <charconv>

#include "server/base/log.h"
#include "server/broker/audit/render.h"
#include "server/broker/link_peer.h"

namespace sudare::broker {

using audit::Event;
using audit::EventType;
using audit::Field;
using ipc::CtlRequest;

namespace {

const ipc::TableRules kRules{ipc::kCtlRequestRows};

std::string_view name_of_state(const audit::Log& log) {
    return log.failed() ? "failed" : "ok";
}

}  // namespace

// Every request: type, count of arguments, handler. All that change something are recorded by
// their handler before they take effect; what tells about people is recorded, under the name
// given here, before it is answered. Role: everybody here passed the check of admin_socket.
struct CtlPeer::Row {
    CtlRequest type;
    std::size_t arguments;
    CtlResult<> (CtlPeer::*handler)(const Arguments&);
    std::string_view reads = {};
};

const CtlPeer::Row CtlPeer::kRows[] = {
    {CtlRequest::kStatus, 0, &CtlPeer::status},
    {CtlRequest::kUserAdd, 3, &CtlPeer::user_add},
    {CtlRequest::kUserPassword, 3, &CtlPeer::user_password},
    {CtlRequest::kUserResetFactor, 1, &CtlPeer::user_reset_factor},
    {CtlRequest::kUserDisable, 1, &CtlPeer::user_disable},
    {CtlRequest::kUserEnable, 1, &CtlPeer::user_enable},
    {CtlRequest::kUserList, 0, &CtlPeer::user_list, "user list"},
    {CtlRequest::kTerminalAdd, 3, &CtlPeer::terminal_add},
    {CtlRequest::kTerminalList, 0, &CtlPeer::terminal_list, "terminal list"},
    {CtlRequest::kTerminalRevoke, 1, &CtlPeer::terminal_revoke},
    {CtlRequest::kPolicySet, 3, &CtlPeer::policy_set},
    {CtlRequest::kPolicyUnset, 2, &CtlPeer::policy_unset},
    {CtlRequest::kPolicyExplain, 2, &CtlPeer::policy_explain, "policy explain"},
    {CtlRequest::kPolicyShow, 0, &CtlPeer::policy_show},
    {CtlRequest::kPolicyGet, 1, &CtlPeer::policy_get, "policy get"},
    {CtlRequest::kPolicyHistory, 2, &CtlPeer::policy_history, "policy history"},
    {CtlRequest::kPolicyDiff, 3, &CtlPeer::policy_diff, "policy diff"},
    {CtlRequest::kPolicyWhatIf, 4, &CtlPeer::policy_what_if, "policy what-if"},
    {CtlRequest::kPolicyRollback, 3, &CtlPeer::policy_rollback},
    {CtlRequest::kGroupAdd, 2, &CtlPeer::group_add},
    {CtlRequest::kGroupRemove, 1, &CtlPeer::group_remove},
    {CtlRequest::kGroupMove, 2, &CtlPeer::group_move},
    {CtlRequest::kGroupList, 0, &CtlPeer::group_list, "group list"},
    {CtlRequest::kGroupJoin, 2, &CtlPeer::group_join},
    {CtlRequest::kGroupLeave, 2, &CtlPeer::group_leave},
    {CtlRequest::kExceptionAdd, 6, &CtlPeer::exception_add},
    {CtlRequest::kExceptionList, 1, &CtlPeer::exception_list, "exception list"},
    {CtlRequest::kExceptionEnd, 1, &CtlPeer::exception_end},
    {CtlRequest::kSessionList, 0, &CtlPeer::session_list, "session list"},
    {CtlRequest::kSessionEnd, 1, &CtlPeer::session_end},
    {CtlRequest::kLog, 3, &CtlPeer::log},
};

tl::unexpected<CtlFailure> ctl_fail(Errc code, std::string english, std::string japanese) {
    return tl::unexpected(CtlFailure{code, std::move(english), std::move(japanese)});
}

tl::unexpected<CtlFailure> ctl_fail(const Error& error) {
    return tl::unexpected(CtlFailure{error.code, error.message, error.message});
}

CtlPeer::CtlPeer(UnixSocket socket, Core& core, uid_t uid)
    : Stream(std::move(socket), kRules), core_(core), uid_(uid), poll_(executor()) {}

void CtlPeer::on_frame(const Frame& frame) {
    const auto arguments = ipc::read_ctl_arguments(frame.payload);
    for (const Row& row : kRows) {
        if (static_cast<std::uint8_t>(row.type) != frame.type)
            continue;
        if (!arguments || arguments->size() != row.arguments || query_)
            return on_fault(EndReason::kMalformed);
        later_ = false;
        auto result = record_reading(row.reads, *arguments);
        if (result)
            result = (this->*row.handler)(*arguments);
        if (!later_ || !result)
            answer(result);
        return;
    }
    on_fault(EndReason::kUnknownType);
}

CtlResult<> CtlPeer::record_reading(std::string_view what, const Arguments& arguments) {
    if (what.empty())
        return {};
    std::string filter(what);
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
    const auto version = core_.store().policy_version();
    if (!version)
        return ctl_fail(version.error());
    row({{"version", std::string(SUDARE_VERSION)},
         {"sessions", std::uint64_t{core_.session_count()}},
         {"connections", std::uint64_t{core_.links().size()}},
         {"policy_version", std::uint64_t{*version}},
         {"audit", std::string(name_of_state(core_.log()))},
         {"audit_records", core_.log().next_index()}});
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

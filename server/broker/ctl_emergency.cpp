// SPDX-License-Identifier: Apache-2.0
// Requests about emergencies. Whoever has any role may begin one: it takes rights away and gives none.
// Only administrators end one.
#include <algorithm>
#include <ctime>
#include <ranges>

#include "server/base/log.h"
#include "server/broker/ctl_peer.h"
#include "server/broker/holds.h"
#include "server/broker/link_peer.h"

namespace sudare::broker {

using store::Emergency;
using store::Role;

namespace {

constexpr std::uint32_t kEndedShown = 20;
constexpr std::int64_t kBeforeSeconds = 30LL * 24 * 60 * 60;  // that concern it, when nobody says

std::string joined(const std::set<std::string>& names) {
    std::string out;
    for (const std::string& name : names)
        out += (out.empty() ? "" : ",") + name;
    return out;
}

std::string joined(const std::set<std::uint64_t>& numbers) {
    std::string out;
    for (const std::uint64_t number : numbers)
        out += (out.empty() ? "" : ",") + std::to_string(number);
    return out;
}

std::string by(std::uint32_t uid) { return "uid " + std::to_string(uid); }

std::string_view name_of(Emergency::State state) {
    switch (state) {
        case Emergency::State::kRunning:
            return "running";
        case Emergency::State::kEndAsked:
            return "end_asked";
        case Emergency::State::kEnded:
            break;
    }
    return "ended";
}

std::string hold_name(const Emergency& one) {
    return "emergency-" + std::to_string(one.id != 0 ? std::int64_t{one.id} : one.started);
}

ipc::CtlRow row_of(const Emergency& one) {
    ipc::CtlRow out{{"emergency", std::uint64_t{one.id}},
                    {"state", std::string(name_of(one.state))},
                    {"started", static_cast<std::uint64_t>(one.started)},
                    {"since", static_cast<std::uint64_t>(one.since)},
                    {"hold", hold_name(one)},
                    {"by", by(one.actor)},
                    {"reason", one.reason},
                    {"everybody", one.everybody},
                    {"users", joined(one.users)},
                    {"terminals", joined(one.terminals)},
                    {"sessions_ended", std::uint64_t{one.sessions.size()}},
                    {"sessions", joined(one.sessions)},
                    {"recorded", one.recorded},
                    {"stored", one.id != 0}};
    if (one.state == Emergency::State::kEndAsked) {
        out.push_back({"end_asked_by", by(one.asker)});
        out.push_back({"end_reason", one.end_reason});
    }
    if (one.state == Emergency::State::kEnded) {
        out.push_back({"ended", static_cast<std::uint64_t>(one.ended)});
        out.push_back({"ended_by", by(one.ender)});
        out.push_back({"end_reason", one.end_reason});
    }
    return out;
}

tl::unexpected<CtlFailure> unknown(const std::string& kind, const std::string& name) {
    return ctl_fail(Errc::kNotFound,
                    "--" + kind + ": there is no " + kind + " \"" + printable(name) +
                        "\"; nothing was stopped. See: sudarectl " + kind + " list",
                    "--" + kind + "：「" + printable(name) +
                        "」はありません。まだ何も止めていません。sudarectl " + kind +
                        " list で確認してください");
}

}  // namespace

// A name that is written wrong stops nothing and is said at once: nobody believes that it did.
CtlResult<> CtlPeer::add_to(Emergency& wish, const std::string& kind, const std::string& name) {
    if (kind == "user") {
        const auto user = core_.store().find_user(name);
        if (!user)
            return ctl_fail(user.error());
        if (!*user)
            return unknown(kind, name);
        wish.users.insert(name);
    } else if (kind == "terminal") {
        const auto known = core_.store().find_terminal(name);
        if (!known)
            return ctl_fail(known.error());
        if (known->empty())
            return unknown(kind, name);
        wish.terminals.insert(name);
    } else if (kind == "session") {
        const auto number = number_of(name);
        const auto all = core_.sessions();
        const auto found = std::ranges::find_if(all, [&](const Core::Place& place) {
            return number && place.session->id == static_cast<std::uint64_t>(*number);
        });
        if (found == all.end())
            return unknown(kind, name);
        wish.users.insert(found->session->user.name);
        wish.terminals.insert(found->session->at.terminal);
    } else if (kind == "since") {
        const auto since = number_of(name);
        if (!since || *since < 0 || *since > std::time(nullptr))
            return ctl_fail(Errc::kBadInput, "--since: \"" + printable(name) + "\" is no time that has been",
                            "--since：「" + printable(name) + "」は過去の時刻ではありません");
        wish.since = *since;
    } else {
        return ctl_fail(Errc::kBadInput, "emergency: \"" + printable(kind) + "\" is no kind",
                        "緊急停止の対象「" + printable(kind) + "」はありません");
    }
    return {};
}

CtlResult<Emergency> CtlPeer::wished_emergency(const Arguments& arguments) {
    Emergency wish;
    wish.actor = uid_;
    wish.reason = arguments[0];
    wish.everybody = arguments[1] == "all";
    wish.since = std::time(nullptr) - kBeforeSeconds;
    if (const auto bad = reason_complaint(wish.reason))
        return tl::unexpected(*bad);
    for (std::size_t i = 2; i + 1 < arguments.size(); i += 2)
        if (const auto added = add_to(wish, arguments[i], arguments[i + 1]); !added)
            return tl::unexpected(added.error());
    const std::size_t targets = wish.users.size() + wish.terminals.size();
    if (wish.everybody == (targets != 0))
        return ctl_fail(Errc::kBadInput,
                        "name whom to stop by --user, --terminal or --session; or --all alone",
                        "対象を --user、--terminal、--session で指定するか、--all だけを指定してください");
    if (targets > Emergencies::kTargetsMax)
        return ctl_fail(Errc::kLimit,
                        "more than 200 users and terminals; use --all, or begin several",
                        "利用者と端末は合わせて 200 までです。--all にするか、分けて実行してください");
    // Nobody can use the limit up to keep everybody in.
    const bool last_resort = wish.everybody && !core_.emergencies().stops_everybody();
    if (core_.emergencies().running().size() >= Emergencies::kRunningMax && !last_resort)
        return ctl_fail(Errc::kLimit,
                        "50 emergencies run, which is the most; stop --all, or end one: sudarectl "
                        "emergency status",
                        "実行中の緊急停止は 50 までです。--all にするか、どれかを解除してください "
                        "(sudarectl emergency status)");
    return wish;
}

namespace {

// Everything since then, of everybody: who else is concerned is not known yet, and the days of the log
// hold everybody's records. It ends by itself never.
CtlResult<std::uint32_t> hold_for(Core& core, const Emergency& one) {
    store::Hold hold;
    hold.name = hold_name(one);
    hold.reason = one.reason;
    hold.since = one.since;
    hold.setter = one.actor;
    return place_hold(core, std::move(hold));
}

// It was done; what is wrong with it the person must hear.
CtlResult<> complaint(const Emergencies::Begun& begun, const CtlResult<std::uint32_t>& held) {
    if (begun.recorded && begun.stored && held)
        return {};
    CtlFailure said{begun.recorded ? Errc::kSystem : Errc::kUnavailable,
                    "sessions were ended and log-ins are stopped, BUT",
                    "セッションを終了し、ログインを止めましたが、"};
    if (!begun.recorded) {
        said.english += " THE LOG CANNOT BE WRITTEN: write down what you did and when; without the log "
                        "all sessions end, see: sudarectl status.";
        said.japanese += "監査記録に書けません。実行した内容と時刻を書き留めてください。記録できない間は、"
                         "すべてのセッションが終了します (sudarectl status)。";
    }
    if (!begun.stored) {
        said.english += " IT IS NOT STORED and ends when the broker is started again: " +
                        begun.stored.error().message;
        said.japanese += "データベースに書けないため、ブローカーの再起動で解除されます: " +
                         begun.stored.error().message;
    }
    if (!held) {
        said.english += " NOTHING IS HELD, so that rules go on deleting: " + held.error().english +
                        ". See: sudarectl hold add";
        said.japanese += "保全できなかったため、規則による削除が続きます: " + held.error().japanese +
                         " (sudarectl hold add)";
    }
    return tl::unexpected(std::move(said));
}

}  // namespace

CtlResult<> CtlPeer::emergency_start(const Arguments& arguments) {
    if (arguments.size() < 2 || arguments.size() % 2 != 0)
        return ctl_fail(Errc::kBadInput, "emergency: the request is incomplete",
                        "緊急停止の要求が不完全です");
    auto wish = wished_emergency(arguments);
    if (!wish)
        return tl::unexpected(wish.error());
    const auto begun = core_.emergencies().begin(std::move(*wish));
    row(row_of(begun.emergency));
    return complaint(begun, hold_for(core_, begun.emergency));
}

CtlResult<Emergency> CtlPeer::running_emergency(const std::string& text) {
    const auto& running = core_.emergencies().running();
    const auto number = number_of(text);
    if (text.empty() && running.size() == 1)
        return running.front();
    const auto found = std::ranges::find_if(
        running, [&](const Emergency& one) { return number && one.id == *number; });
    if (found != running.end())
        return *found;
    if (text.empty() && !running.empty())
        return ctl_fail(Errc::kBadInput,
                        "several emergencies run; give the number: sudarectl emergency status",
                        "実行中の緊急停止が複数あります。番号を指定してください (sudarectl emergency "
                        "status)");
    return ctl_fail(Errc::kNotFound,
                    "there is no emergency \"" + printable(text) +
                        "\" that runs; see: sudarectl emergency status",
                    "実行中の緊急停止「" + printable(text) +
                        "」はありません。sudarectl emergency status で確認してください");
}

// With approval = "loosening" an administrator asks and an approver, who is somebody else, ends it.
CtlResult<> CtlPeer::emergency_end(const Arguments& arguments) {
    const auto one = running_emergency(arguments[0]);
    const auto roles = own_roles();
    if (!one || !roles)
        return tl::unexpected(one ? roles.error() : one.error());
    const std::string& reason = arguments[1];
    if (const auto bad = reason_complaint(reason))
        return tl::unexpected(*bad);
    const bool asked = one->state == Emergency::State::kEndAsked;
    const std::string what = "emergency end " + std::to_string(one->id);
    if (core_.settings().second_person && asked && one->asker == uid_)
        return denied(what + ": own",
                      "you have asked for the end of emergency " + std::to_string(one->id) +
                          "; an approver who is another person ends it with the same command",
                      "緊急停止 " + std::to_string(one->id) +
                          " の解除は自分が申請したものです。別の承認者が同じコマンドで解除します");
    const Role needed =
        core_.settings().second_person && asked ? Role::kApprover : Role::kAdministrator;
    if (!roles->contains(needed))
        return denied(what, needed == Role::kApprover
                                ? "the end of this emergency waits for an approver"
                                : "only an administrator ends an emergency",
                      needed == Role::kApprover ? "この緊急停止の解除は承認者を待っています"
                                                : "緊急停止を解除できるのは管理者だけです");
    auto& emergencies = core_.emergencies();
    const bool ask = core_.settings().second_person && !asked;
    const auto done = ask ? emergencies.ask_end(one->id, uid_, reason)
                          : emergencies.end(one->id, uid_, reason);
    if (!done)
        return ctl_fail(done.error());
    row({{"emergency", std::uint64_t{one->id}}, {"state", std::string(ask ? "end_asked" : "ended")}});
    return {};
}

CtlResult<> CtlPeer::emergency_status(const Arguments& arguments) {
    if (!arguments[0].empty())
        return show_emergency(arguments[0]);
    const auto all = core_.store().emergencies(kEndedShown);
    if (!all)
        return ctl_fail(all.error());
    for (const Emergency& one : core_.emergencies().running() | std::views::reverse)
        row(row_of(one));
    for (const Emergency& one : *all)
        if (one.state == Emergency::State::kEnded)
            row(row_of(one));
    return {};
}

// With a row for each name and session, for who goes on with them: a name may have commas.
CtlResult<> CtlPeer::show_emergency(const std::string& text) {
    const auto number = number_of(text);
    const auto known = number && *number > 0 && *number <= 0xffffffffLL
                           ? core_.store().find_emergency(static_cast<std::uint32_t>(*number))
                           : Result<std::optional<Emergency>>();
    if (!known)
        return ctl_fail(known.error());
    if (!*known)
        return ctl_fail(Errc::kNotFound, "there is no emergency \"" + printable(text) + "\"",
                        "緊急停止「" + printable(text) + "」はありません");
    const Emergency& one = **known;
    row(row_of(one));
    const auto concerned = [&](const char* kind, const std::string& name) {
        row({{"concerns", std::string(kind)}, {"name", name}});
    };
    for (const std::string& name : one.users)
        concerned("user", name);
    for (const std::string& name : one.terminals)
        concerned("terminal", name);
    for (const std::uint64_t session : one.sessions)
        concerned("session", std::to_string(session));
    return {};
}

}  // namespace sudare::broker

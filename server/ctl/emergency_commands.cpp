// SPDX-License-Identifier: Apache-2.0
// sudarectl emergency: stop sessions and log-ins at once, see what is stopped, let people in again.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ctime>
#include <memory>

#include "server/base/log.h"
#include "server/ctl/client.h"
#include "server/ctl/commands.h"
#include "server/ctl/times.h"

namespace sudare::ctl {
namespace {

using ipc::CtlRequest;

struct Wish {
    std::string number, reason, since = "30d";
    bool everybody = false;
    std::vector<std::string> users, terminals, sessions;
};

// "30d" before now, or a moment; seconds since 1970.
std::optional<std::int64_t> since_of(const std::string& text) {
    if (const auto ago = duration_from(text))
        return std::max<std::int64_t>(std::time(nullptr) - *ago, 0);
    return time_from(text, DayEnd::kBegin);
}

std::vector<std::string> arguments_of(const Wish& wish, std::int64_t since) {
    std::vector<std::string> out{wish.reason, wish.everybody ? "all" : "", "since", std::to_string(since)};
    for (const auto& [kind, names] :
         {std::pair("user", &wish.users), std::pair("terminal", &wish.terminals),
          std::pair("session", &wish.sessions)})
        for (const std::string& name : *names) {
            out.emplace_back(kind);
            out.push_back(name);
        }
    return out;
}

std::string whom(const Context& context, const ipc::CtlRow& row) {
    if (text_of(row, "everybody") == "true")
        return std::string(context.pick("everybody", "全員"));
    std::string out;
    for (const auto& [name, english, japanese] :
         {std::tuple("users", "users: ", "利用者: "), std::tuple("terminals", "terminals: ", "端末: ")})
        if (const std::string value = text_of(row, name); !value.empty())
            out += (out.empty() ? "" : "  ") + std::string(context.pick(english, japanese)) + value;
    return out;
}

// What was done is said also when something about it went wrong; that comes after it, on stderr.
void start(Context& context, const Wish& wish) {
    const auto since = since_of(wish.since);
    if (!since)
        return context.failed(Errc::kBadInput,
                              "--since \"" + wish.since + "\": nothing was stopped; permitted: 2026-11-24, "
                              "2026-11-24T09:30, 12h, 30d",
                              "--since「" + wish.since + "」: まだ何も止めていません。2026-11-24、"
                              "2026-11-24T09:30、12h、30d の形で指定してください");
    ask(context, CtlRequest::kEmergencyStart, arguments_of(wish, *since), [&](const ipc::CtlRow& row) {
        const std::string number = text_of(row, "emergency");
        context.result(
            json_of(row),
            fmt::format(fmt::runtime(context.pick(
                            "emergency {0}: stopped: {1}\nsessions ended: {2}\nnothing since {3} is deleted until: "
                            "sudarectl hold end {4} --reason WHY\nnobody of these can log in until: "
                            "sudarectl emergency end {0} --reason WHY",
                            "緊急停止 {0}: 対象: {1}\n終了したセッション: {2}\n"
                            "{3} 以降の記録と録画は、解除するまで削除されません: sudarectl hold end {4} --reason 理由\n"
                            "解除するまで対象はログインできません: sudarectl emergency end {0} --reason 理由")),
                        number, whom(context, row), text_of(row, "sessions_ended"),
                        local_time(std::strtoll(text_of(row, "since").c_str(), nullptr, 10)), text_of(row, "hold")));
    });
}

void end(Context& context, const Wish& wish) {
    bool waits = false;
    const bool done =
        ask(context, CtlRequest::kEmergencyEnd, {wish.number, wish.reason}, [&](const ipc::CtlRow& row) {
            waits = text_of(row, "state") == "end_asked";
            context.result(json_of(row),
                           fmt::format(fmt::runtime(waits ? context.pick(
                                                                "emergency {0} goes on until an approver says: "
                                                                "sudarectl emergency end {0} --reason WHY",
                                                                "緊急停止 {0} は、承認者が次を実行するまで続きます: "
                                                                "sudarectl emergency end {0} --reason 理由")
                                                          : context.pick("emergency {0} has ended",
                                                                         "緊急停止 {0} を解除しました")),
                                       text_of(row, "emergency")));
        });
    if (done && waits)
        context.exit_code = kExitPending;
}

// The names of one come in rows of their own; people see them in its columns.
void show_status(Context& context, const std::string& number) {
    std::vector<ipc::CtlRow> rows;
    const bool done = ask(context, CtlRequest::kEmergencyStatus, {number}, [&](const ipc::CtlRow& row) {
        if (context.json || text_of(row, "concerns").empty())
            rows.push_back(row);
    });
    if (done)
        print_table(context, rows,
                    {{"emergency", "NO", "番号"},
                     {"state", "STATE", "状態"},
                     {"started", "STARTED", "開始", true},
                     {"by", "BY", "実行者"},
                     {"everybody", "EVERYBODY", "全員"},
                     {"users", "USERS", "利用者"},
                     {"terminals", "TERMINALS", "端末"},
                     {"sessions_ended", "SESSIONS", "セッション"},
                     {"reason", "REASON", "理由"},
                     {"ended", "ENDED", "解除", true}});
}

void add_names(CLI::App* command, const char* option, std::vector<std::string>& into,
               std::string_view help) {
    command->add_option(option, into, std::string(help))->allow_extra_args(false);
}

void add_start(CLI::App* group, Context& context) {
    const auto wish = std::make_shared<Wish>();
    CLI::App* command = add_command(
        group, "start",
        context.pick("end sessions at once and stop log-ins; any role may",
                     "セッションを直ちに終了し、ログインを止める (どの役割でも実行できる)"),
        [&context, wish] { start(context, *wish); });
    add_needed(command, "--reason", wish->reason, context.pick("why, for the record", "理由 (記録に残る)"));
    command->add_flag("--all", wish->everybody, std::string(context.pick("everybody", "全員")));
    add_names(command, "--user", wish->users, context.pick("this account; may be repeated", "この利用者 (繰り返せる)"));
    add_names(command, "--terminal", wish->terminals,
              context.pick("this terminal; may be repeated", "この端末 (繰り返せる)"));
    command
        ->add_option("--since", wish->since,
                     std::string(context.pick("what concerns it begins then: nothing later is deleted",
                                              "事案の始まり: これ以降の記録と録画を保全する")))
        ->capture_default_str();
    add_names(command, "--session", wish->sessions,
              context.pick("user and terminal of this session; may be repeated",
                           "このセッションの利用者と端末 (繰り返せる)"));
}

}  // namespace

void add_emergency_commands(CLI::App& app, Context& context) {
    CLI::App* group = add_group(
        app, "emergency",
        context.pick("incident: stop sessions and log-ins", "インシデント対応: セッションとログインの緊急停止"));
    add_start(group, context);
    const auto wish = std::make_shared<Wish>();
    CLI::App* status = add_command(
        group, "status", context.pick("what is stopped, and what was", "停止の状況と履歴"), [&context, wish] {
            show_status(context, wish->number);
        });
    status->add_option("number", wish->number, std::string(context.pick("only this one", "この番号のみ")));
    CLI::App* over = add_command(
        group, "end",
        context.pick("let people in again; only an administrator, or two people",
                     "解除する (管理者のみ。承認が必要な設定では 2 人)"),
        [&context, wish] { end(context, *wish); });
    over->add_option("number", wish->number,
                     std::string(context.pick("number; not needed when only one runs", "番号 (1 件だけなら省略可)")));
    add_needed(over, "--reason", wish->reason, context.pick("why, for the record", "理由 (記録に残る)"));
    add_emergency_bundle(group, context);
}

}  // namespace sudare::ctl

// SPDX-License-Identifier: Apache-2.0
// sudarectl hold: what may not be deleted, whatever a rule says.
#include <CLI/CLI.hpp>
#include <ctime>
#include <memory>

#include "server/base/log.h"
#include "server/ctl/client.h"
#include "server/ctl/commands.h"
#include "server/ctl/times.h"

namespace sudare::ctl {
namespace {

using ipc::CtlRequest;

struct Words {
    std::string name, reason, user, session, since, until;
    bool all = false;
};

// Seconds since 1970 as text, or "" for none; nullopt: it said what is wrong.
std::optional<std::string> time_argument(Context& context, const char* name,
                                         const std::string& text, DayEnd end) {
    if (text.empty())
        return text;
    if (const auto ago = duration_from(text))
        return std::to_string(std::int64_t{std::time(nullptr)} - *ago);
    if (const auto time = time_from(text, end); time && *time >= 0)
        return std::to_string(*time);
    const std::string option(name);
    context.failed(Errc::kBadInput,
                   option + " \"" + text +
                       "\" must be 2026-04-30 or 2026-04-30T17:00 (local time), or 7d ago as 7d",
                   option + "「" + text +
                       "」: 2026-04-30、2026-04-30T17:00 (現地時刻)、7d (7 日前) "
                       "のいずれかで指定してください");
    return std::nullopt;
}

void add_hold(Context& context, const Words& words) {
    const auto since = time_argument(context, "--since", words.since, DayEnd::kBegin);
    if (!since)
        return;
    const auto until = time_argument(context, "--until", words.until, DayEnd::kEnd);
    if (!until)
        return;
    if (ask(context, CtlRequest::kHoldAdd,
            {words.name, words.reason, words.user, words.session, *since, *until,
             words.all ? "all" : ""}))
        context.result({{"hold", words.name}}, printable(words.name));
}

void end_hold(Context& context, const Words& words) {
    bool asked = false;
    const bool done = ask(context, CtlRequest::kHoldEnd, {words.name, words.reason},
                          [&asked](const ipc::CtlRow&) { asked = true; });
    if (!done)
        return;
    if (asked)
        context.exit_code = kExitPending;
    context.result({{"hold", words.name}, {"end", asked ? "asked" : "done"}},
                   asked ? std::string(context.pick(
                               "the hold stands until another person, an approver, ends it with the "
                               "same command within 24 hours",
                               "24 時間以内に別の承認者が同じコマンドを実行するまで、保全は続きます"))
                         : printable(words.name));
}

void add_add(CLI::App* group, Context& context) {
    const auto words = std::make_shared<Words>();
    CLI::App* add = add_command(
        group, "add",
        context.pick("nothing that fits all of what is given is deleted; days of the log go by time alone",
                     "指定したすべてに当てはまるものを削除させない (監査記録は時刻だけで判断)"),
        [&context, words] { add_hold(context, *words); });
    add_needed(add, "name", words->name, context.pick("name of the hold", "保全の名前"));
    add_needed(add, "--reason", words->reason,
               context.pick("why, for the record", "理由 (記録に残る)"));
    add->add_option("--user", words->user,
                    std::string(context.pick("recordings of this user only", "この利用者の録画のみ")));
    add->add_option("--session", words->session,
                    std::string(context.pick("recordings of this session only",
                                             "このセッションの録画のみ")));
    add->add_option("--since", words->since,
                    std::string(context.pick("from then on: 2026-04-30, 2026-04-30T17:00, 7d",
                                             "開始: 2026-04-30、2026-04-30T17:00、7d")));
    add->add_option(
        "--until", words->until,
        std::string(context.pick("until then: 2026-04-30 (the end of that day), 2026-04-30T17:00",
                                 "終了: 2026-04-30 (その日の終わり)、2026-04-30T17:00")));
    add->add_flag("--all", words->all,
                  std::string(context.pick("everything, from ever and for ever",
                                           "すべて、期間の制限なし")));
}

}  // namespace

void add_hold_commands(CLI::App& app, Context& context) {
    CLI::App* group = add_group(
        app, "hold", context.pick("what may not be deleted (legal hold)", "証拠の保全 (削除の禁止)"));
    add_add(group, context);
    add_command(group, "list", context.pick("those that stand", "有効な保全の一覧"), [&context] {
        ask_table(context, CtlRequest::kHoldList, {},
                  {{"hold", "HOLD", "保全"},
                   {"set", "SET", "設定日時", true},
                   {"by", "BY", "設定者"},
                   {"user", "USER", "利用者"},
                   {"session", "SESSION", "セッション"},
                   {"since", "SINCE", "開始", true},
                   {"until", "UNTIL", "終了", true},
                   {"state", "STATE", "状態"},
                   {"reason", "REASON", "理由"}});
    });
    const auto words = std::make_shared<Words>();
    CLI::App* end = add_command(group, "end", context.pick("rules count again", "保全を解除する"),
                                [&context, words] { end_hold(context, *words); });
    add_needed(end, "name", words->name, context.pick("name of the hold", "保全の名前"));
    add_needed(end, "--reason", words->reason,
               context.pick("why, for the record", "理由 (記録に残る)"));
}

}  // namespace sudare::ctl

// SPDX-License-Identifier: Apache-2.0
// sudarectl status, session and log.
#include <CLI/CLI.hpp>
#include <ctime>
#include <memory>

#include "server/base/log.h"
#include "server/broker/audit/events.h"
#include "server/bundle/schema.h"
#include "server/ctl/client.h"
#include "server/ctl/commands.h"
#include "server/ctl/times.h"

namespace sudare::ctl {
namespace {

using ipc::CtlRequest;

struct LogOptions {
    std::string user;
    std::string since;
    bool follow = false;
    bool schema = false;
};

// "2026-11-24", "2026-11-24T09:30:00Z" (UTC) or "2h", "30m", "7d" before now; seconds since 1970.
std::optional<std::int64_t> since_from(const std::string& text) {
    std::tm parts{};
    for (const char* format : {"%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d"}) {
        const char* end = ::strptime(text.c_str(), format, &parts);
        if (end != nullptr && *end == '\0')
            return std::int64_t{::timegm(&parts)};
        parts = {};
    }
    const auto ago = duration_from(text);
    return ago ? std::optional(std::int64_t{std::time(nullptr)} - *ago) : std::nullopt;
}

std::string_view japanese_of(std::string_view event) {
    if (event == "damaged")
        return "破損";
    if (event == "deleted_by_rule")
        return "規則により削除済み";
    for (const audit::EventRow& row : audit::event_rows())
        if (row.name == event)
            return row.japanese;
    return event;
}

// Time, event, then name=value of what the record holds.
void print_record(Context& context, const ipc::CtlRow& row) {
    if (context.json)
        return context.result(json_of(row), "");
    const std::string event = text_of(row, "event");
    const std::string time = text_of(row, "time");  // a damaged place has none
    std::string line =
        (time.empty() ? "-" : time) + "  " + std::string(context.pick(event, japanese_of(event)));
    for (const ipc::CtlField& field : row)
        if (field.name != "index" && field.name != "time" && field.name != "event" &&
            field.name != "connection" && field.name != "port")
            line += "  " + field.name + "=" + quoted_word(text_of(row, field.name));
    context.result({}, line);
}

void show_log(Context& context, const LogOptions& options) {
    if (options.schema) {  // of this program: no broker is asked
        const std::string schema = bundle::schema_json();
        std::fwrite(schema.data(), 1, schema.size(), stdout);
        return;
    }
    std::string since;
    if (!options.since.empty()) {
        const auto seconds = since_from(options.since);
        if (!seconds)
            return context.failed(Errc::kBadInput,
                                  "--since \"" + options.since +
                                      "\" must be 2026-11-24, 2026-11-24T09:30:00Z, 30m, 2h or 7d",
                                  "--since「" + options.since +
                                      "」: 2026-11-24、2026-11-24T09:30:00Z、30m、2h、7d "
                                      "のいずれかで指定してください");
        since = std::to_string(*seconds);
    }
    ask(context, CtlRequest::kLog, {options.user, since, options.follow ? "follow" : ""},
        [&context](const ipc::CtlRow& row) { print_record(context, row); });
}

void end_session(Context& context, const std::string& number) {
    if (ask(context, CtlRequest::kSessionEnd, {number}))
        context.result({{"session", number}}, number);
}

}  // namespace

void add_status_commands(CLI::App& app, Context& context) {
    CLI::App* status = app.add_subcommand(
        "status", std::string(context.pick("state of the broker", "ブローカーの状態")));
    status->fallthrough()->callback([&context] {
        ask_table(context, CtlRequest::kStatus, {},
                  {{"version", "VERSION", "版"},
                   {"sessions", "SESSIONS", "セッション"},
                   {"connections", "CONNECTIONS", "接続"},
                   {"logins", "LOG-INS", "ログイン"},
                   {"policy_version", "POLICY", "ポリシー版"},
                   {"directory", "DIRECTORY", "ディレクトリ"},
                   {"audit", "AUDIT", "監査記録"},
                   {"audit_records", "RECORDS", "記録数"},
                   {"expiring", "EXPIRING", "期限間近"},
                   {"renewals", "RENEWALS", "更新要求"},
                   {"signing", "SIGNING", "署名"},
                   {"signed_records", "SIGNED", "署名済み"},
                   {"forwarding", "FORWARDING", "転送"},
                   {"forwarded_records", "FORWARDED", "転送済み"},
                   {"self_test", "SELF-TEST", "自己試験"},
                   {"self_test_time", "TESTED", "試験日時", true},
                   {"browser", "BROWSER", "ブラウザ"},
                   {"browser_days", "DAYS", "残り日数"}});
    });

    CLI::App* session =
        app.add_subcommand("session", std::string(context.pick("running sessions", "セッション")));
    session->fallthrough()->require_subcommand(1);
    session->add_subcommand("list", std::string(context.pick("all running", "一覧")))
        ->fallthrough()
        ->callback([&context] {
            ask_table(context, CtlRequest::kSessionList, {},
                      {{"session", "SESSION", "番号"},
                       {"user", "USER", "利用者"},
                       {"terminal", "TERMINAL", "端末"},
                       {"address", "ADDRESS", "アドレス"},
                       {"state", "STATE", "状態"},
                       {"policy_version", "POLICY", "ポリシー版"}});
        });
    const auto number = std::make_shared<std::string>();
    CLI::App* end =
        session->add_subcommand("end", std::string(context.pick("end one", "終了させる")));
    end->fallthrough()->callback([&context, number] { end_session(context, *number); });
    end->add_option("session", *number, std::string(context.pick("number", "番号")))->required();

    const auto options = std::make_shared<LogOptions>();
    CLI::App* log =
        app.add_subcommand("log", std::string(context.pick("audit records", "監査記録")));
    log->fallthrough()->callback([&context, options] { show_log(context, *options); });
    log->add_option("user", options->user,
                    std::string(context.pick("only of this user", "この利用者のみ")));
    log->add_option(
        "--since", options->since,
        std::string(context.pick("2026-11-24, 2026-11-24T09:30:00Z (UTC), 30m, 2h, 7d",
                                 "2026-11-24、2026-11-24T09:30:00Z (UTC)、30m、2h、7d")));
    log->add_flag("--follow", options->follow,
                  std::string(context.pick("wait for more", "追跡する")));
    log->add_flag("--schema", options->schema,
                  std::string(context.pick("what events and fields there are, as JSON; reads no record",
                                           "事象と項目の一覧を JSON で (記録は読まない)")));
}

}  // namespace sudare::ctl

// SPDX-License-Identifier: Apache-2.0
// sudarectl evidence: search among the records, and one session in order.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "server/broker/audit/events.h"
#include "server/ctl/client.h"
#include "server/ctl/commands.h"
#include "server/ctl/csv.h"
#include "server/ctl/times.h"

namespace sudare::ctl {
namespace {

using ipc::CtlRequest;
using Arguments = std::vector<std::string>;

struct Options {
    std::string user, terminal, session, host, kind, event, address, text, reason;
    std::string from, until, first, last;
    bool full = false, csv = false;
};

// For spreadsheets: what begins as a formula does not, and they read UTF-8 by its mark.
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

constexpr std::string_view kDeleted = "deleted_by_rule";  // what may have held hits

std::string_view japanese_of(std::string_view event) {
    if (event == kDeleted)
        return "規則により削除済み";
    const auto rows = audit::event_rows();
    const auto row = std::ranges::find(rows, event, &audit::EventRow::name);
    return row == rows.end() ? event : row->japanese;
}

// "name=value ..." of what is not in a column of its own.
std::string details_of(const ipc::CtlRow& row) {
    std::string out;
    for (const ipc::CtlField& field : row)
        if (field.name != "index" && field.name != "time" && field.name != "event" &&
            field.name != "user" && field.name != "session" && field.name != "connection" &&
            field.name != "port")
            out += (out.empty() ? "" : "  ") + field.name + "=" + quoted_word(text_of(row, field.name));
    return out;
}

// What was tried and refused.
bool is_refused(const ipc::CtlRow& row) {
    const std::string event = text_of(row, "event"), verdict = text_of(row, "verdict");
    return event == "refusal" || event.ends_with("_refused") ||
           (event == "destination" && verdict != "allowed");
}

void print_line(Context& context, const ipc::CtlRow& row, bool mark) {
    if (context.json)
        return context.result(json_of(row), "");
    const std::string event = text_of(row, "event");
    const std::string time = text_of(row, "time");  // what was deleted has none
    std::string line = text_of(row, "index") + "  " + (time.empty() ? "-" : time) + "  ";
    if (mark)
        line += is_refused(row) ? "! " : "  ";
    line += std::string(context.pick(event, japanese_of(event)));
    for (const char* name : {"user", "session"})
        if (const std::string value = text_of(row, name); !value.empty() && !mark)
            line += std::string("  ") + name + "=" + quoted_word(value);
    const std::string details = details_of(row);
    context.result({}, line + (details.empty() ? "" : "  " + details));
}

void print_csv(const ipc::CtlRow* row) {
    constexpr const char* kColumns[] = {"index", "time", "event",   "user",    "terminal",
                                        "session", "host", "verdict", "kind", "cause"};
    std::vector<std::string> cells;
    for (const char* name : kColumns)
        cells.push_back(row == nullptr ? name : csv_cell(text_of(*row, name)));
    cells.push_back(row == nullptr ? "all" : csv_cell(details_of(*row)));
    const std::string line = (row == nullptr ? std::string(kByteOrderMark) : "") + csv_line(cells);
    std::fwrite(line.data(), 1, line.size(), stdout);
}

// False: it said what is wrong.
bool add_time(Context& context, Arguments& arguments, const char* name, const std::string& text,
              DayEnd end) {
    if (text.empty())
        return true;
    const auto seconds = time_from(text, end);
    if (!seconds || *seconds < 0) {
        context.failed(Errc::kBadInput,
                       std::string("--") + name + " \"" + text +
                           "\" must be 2026-11-24, 2026-11-24T09:30 (local) or "
                           "2026-11-24T09:30:00+09:00",
                       std::string("--") + name + "「" + text +
                           "」: 2026-11-24、2026-11-24T09:30 (現地時刻)、"
                           "2026-11-24T09:30:00+09:00 のいずれかで指定してください");
        context.exit_code = kExitUsage;
        return false;
    }
    arguments.insert(arguments.end(), {name, std::to_string(*seconds)});
    return true;
}

void search(Context& context, const Options& options, bool timeline) {
    Arguments arguments{"use", timeline ? "timeline" : options.csv ? "csv" : "search"};
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty())
            arguments.insert(arguments.end(), {name, value});
    };
    add("user", options.user);
    add("terminal", options.terminal);
    add("session", options.session);
    add("host", options.host);
    add("kind", options.kind);
    add("event", options.event);
    add("address", options.address);
    add("text", options.text);
    add("reason", options.reason);
    add("first", options.first);
    add("last", options.last);
    add("full", options.full ? "1" : "");
    if (!add_time(context, arguments, "from", options.from, DayEnd::kBegin) ||
        !add_time(context, arguments, "until", options.until, DayEnd::kEnd))
        return;
    if (options.csv)
        print_csv(nullptr);
    std::uint64_t hits = 0;
    const bool done = ask(context, CtlRequest::kEvidenceSearch, arguments, [&](const ipc::CtlRow& row) {
        hits += text_of(row, "event") != kDeleted;
        options.csv ? print_csv(&row) : print_line(context, row, timeline);
    });
    if (done && hits == 0)
        context.exit_code = kExitNotFound;
}

}  // namespace

void add_evidence_commands(CLI::App& app, Context& context) {
    CLI::App* group =
        add_group(app, "evidence", context.pick("search among the records; what is deleted, and room for more", "記録の検索、削除、容量"));
    const auto options = std::make_shared<Options>();
    CLI::App* find = add_command(
        group, "search",
        context.pick("records that meet all conditions; recorded", "条件をすべて満たす記録 (検索も記録される)"),
        [&context, options] { search(context, *options, false); });
    const auto option = [&](CLI::App* command, const char* name, std::string& into,
                            std::string_view english, std::string_view japanese) {
        command->add_option(name, into, std::string(context.pick(english, japanese)));
    };
    Options& o = *options;
    option(find, "--user", o.user, "account", "利用者");
    option(find, "--terminal", o.terminal, "terminal", "端末");
    option(find, "--session", o.session, "number of a session", "セッション番号");
    option(find, "--from", o.from, "time, local unless it has Z or an offset",
           "この時刻から (Z やオフセットがなければ現地時刻)");
    option(find, "--until", o.until, "time; a day: to its end", "この時刻まで (日付ならその日の終わり)");
    option(find, "--event", o.event, "names with commas: refusal,login_refused",
           "事象名 (カンマ区切り): refusal,login_refused");
    option(find, "--kind", o.kind, "of a refusal or host event: download",
           "拒否やホスト報告の種類: download");
    option(find, "--host", o.host, "destination; *.example.jp: all below",
           "接続先 (*.example.jp: その下すべて)");
    option(find, "--address", o.address, "of a terminal or destination", "端末または接続先のアドレス");
    option(find, "--text", o.text, "part of any text in the record", "記録の中の文字列の一部");
    option(find, "--first", o.first, "from this record on", "この番号の記録から");
    option(find, "--last", o.last, "only so many of the newest", "新しい方からこの件数だけ");
    option(find, "--reason", o.reason, "why; recorded", "理由 (記録される)");
    find->add_flag("--full", o.full,
                   std::string(context.pick("read every record, without the index",
                                            "索引を使わずすべての記録を読む")));
    find->add_flag("--csv", o.csv,
                   std::string(context.pick("CSV for spreadsheets, UTF-8", "表計算用の CSV (UTF-8)")));

    const auto one = std::make_shared<Options>();
    CLI::App* timeline = add_command(
        group, "timeline",
        context.pick("all records of a session in order; ! marks what was refused",
                     "セッションの全記録を順に (! は拒否された操作)"),
        [&context, one] { search(context, *one, true); });
    add_needed(timeline, "session", one->session, context.pick("number", "番号"));
    option(timeline, "--reason", one->reason, "why; recorded", "理由 (記録される)");
    add_retention_commands(*group, context);
}

}  // namespace sudare::ctl

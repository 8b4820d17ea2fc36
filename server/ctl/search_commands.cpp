// SPDX-License-Identifier: Apache-2.0
// sudarectl evidence search: the records that meet conditions.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "server/broker/audit/events.h"
#include "server/ctl/client.h"
#include "server/ctl/commands.h"
#include "server/ctl/csv.h"
#include "server/ctl/evidence_criteria.h"

namespace sudare::ctl {
namespace {

using ipc::CtlRequest;

// What it is for, as the record of the search says.
constexpr const char *kSearch = "search", *kCsv = "csv";

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

void print_line(Context& context, const ipc::CtlRow& row) {
    if (context.json)
        return context.result(json_of(row), "");
    const std::string event = text_of(row, "event");
    const std::string time = text_of(row, "time");  // what was deleted has none
    std::string line = text_of(row, "index") + "  " + (time.empty() ? "-" : time) + "  ";
    line += std::string(context.pick(event, japanese_of(event)));
    for (const char* name : {"user", "session"})
        if (const std::string value = text_of(row, name); !value.empty())
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
    const std::string line = (row == nullptr ? std::string(bundle::kByteOrderMark) : "") + csv_line(cells);
    std::fwrite(line.data(), 1, line.size(), stdout);
}

void search(Context& context, const Criteria& criteria, const char* use) {
    const bool csv = use == kCsv;
    const auto arguments = arguments_of(context, criteria, use);
    if (!arguments)
        return;
    if (csv)
        print_csv(nullptr);
    std::uint64_t hits = 0;
    const bool done = ask(context, CtlRequest::kEvidenceSearch, *arguments, [&](const ipc::CtlRow& row) {
        hits += text_of(row, "event") != kDeleted;
        csv ? print_csv(&row) : print_line(context, row);
    });
    if (done && hits == 0)
        context.exit_code = kExitNotFound;
}

}  // namespace

void add_evidence_commands(CLI::App& app, Context& context) {
    CLI::App* group =
        add_group(app, "evidence", context.pick("search among the records; what is deleted, and room for more", "記録の検索、削除、容量"));
    struct Find {
        Criteria criteria;
        bool csv = false;
    };
    const auto options = std::make_shared<Find>();
    CLI::App* find = add_command(
        group, "search",
        context.pick("records that meet all conditions; recorded", "条件をすべて満たす記録 (検索も記録される)"),
        [&context, options] { search(context, options->criteria, options->csv ? kCsv : kSearch); });
    add_criteria(find, options->criteria, context);
    find->add_flag("--csv", options->csv,
                   std::string(context.pick("CSV for spreadsheets, UTF-8", "表計算用の CSV (UTF-8)")));
    add_timeline_command(group, context);
    add_retention_commands(*group, context);
    add_export_command(group, context);
}

}  // namespace sudare::ctl

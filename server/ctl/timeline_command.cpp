// SPDX-License-Identifier: Apache-2.0
// sudarectl evidence timeline: a session in order and in sentences, from the connections that led to it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>

#include "server/ctl/client.h"
#include "server/ctl/evidence_criteria.h"
#include "server/ctl/sentences.h"

namespace sudare::ctl {
namespace {

using Rows = std::map<std::uint64_t, ipc::CtlRow>;  // by number of the record

std::uint64_t number_of(const ipc::CtlRow& row, std::string_view name) {
    return std::strtoull(text_of(row, name).c_str(), nullptr, 10);
}

// What was tried and refused.
bool is_refused(const ipc::CtlRow& row) {
    const std::string event = text_of(row, "event"), verdict = text_of(row, "verdict");
    return event == "refusal" || event.ends_with("_refused") ||
           (event == "destination" && verdict != "allowed");
}

// False: it said what is wrong.
bool collect(Context& context, const Criteria& criteria, const std::function<void(const ipc::CtlRow&)>& take) {
    const auto arguments = arguments_of(context, criteria, "timeline");
    return arguments && ask(context, ipc::CtlRequest::kEvidenceSearch, *arguments, take);
}

// Connections are counted anew whenever the broker starts: this one's records lie between the start
// before `joined` and that record.
bool add_connection(Context& context, Rows& rows, const std::vector<std::uint64_t>& starts,
                    const ipc::CtlRow& joined, const Criteria& asked) {
    const std::uint64_t number = number_of(joined, "index");
    const auto behind = std::ranges::upper_bound(starts, number);
    Criteria criteria;
    criteria.reason = asked.reason;
    criteria.connection = text_of(joined, "connection");
    criteria.first = behind == starts.begin() ? "" : std::to_string(*(behind - 1));
    return collect(context, criteria, [&](const ipc::CtlRow& row) {
        if (number_of(row, "index") < number)
            rows.emplace(number_of(row, "index"), row);
    });
}

// By a connection that carried it: when the session was permitted, and whenever somebody came back.
bool add_what_led_to_it(Context& context, Rows& rows, const Criteria& asked) {
    std::vector<ipc::CtlRow> joined;
    for (const auto& [number, row] : rows)
        if (const std::string event = text_of(row, "event");
            event == "session_granted" || event == "session_resumed")
            joined.push_back(row);
    std::vector<std::uint64_t> starts;
    Criteria criteria;
    criteria.reason = asked.reason;
    criteria.event = "broker_started";
    if (!joined.empty() && !collect(context, criteria, [&](const ipc::CtlRow& row) {
            starts.push_back(number_of(row, "index"));
        }))
        return false;
    return std::ranges::all_of(joined, [&](const ipc::CtlRow& row) {
        return add_connection(context, rows, starts, row, asked);
    });
}

// "2026-11-25" and "09:12:03" where this program runs; of what was deleted neither.
struct Moment {
    std::string day, time;
};
Moment moment_of(const ipc::CtlRow& row) {
    const std::string text = text_of(row, "time");
    std::tm parts{};
    if (text.empty() || ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr)
        return {"", "--:--:--"};
    const std::time_t seconds = ::timegm(&parts);
    std::tm local{};
    ::localtime_r(&seconds, &local);
    char day[32], time[32];
    std::strftime(day, sizeof day, "%Y-%m-%d (UTC%z)", &local);
    std::strftime(time, sizeof time, "%H:%M:%S", &local);
    return {day, time};
}

// Parts of a recording come every ten seconds: those behind one another, of one recording, are one line.
Rows::const_iterator last_of(const Rows& rows, Rows::const_iterator first) {
    auto last = first;
    for (auto at = first; at != rows.end(); ++at) {
        if (text_of(at->second, "event") != "recording_segment" ||
            text_of(at->second, "recording") != text_of(first->second, "recording"))
            break;
        last = at;
    }
    return last;
}

void print(Context& context, const Rows& rows) {
    std::string day;
    for (auto at = rows.begin(); at != rows.end(); ++at) {
        const auto& [number, row] = *at;
        const Moment moment = moment_of(row);
        if (!moment.day.empty() && moment.day != day)
            context.result({}, day = moment.day);
        std::string line = moment.time + (is_refused(row) ? " ! " : "   ");
        const auto last = last_of(rows, at);
        if (last == at)
            line += sentence_of(row, context.language) + " [" + std::to_string(number) + "]";
        else
            line += sentence_of_segments(row, last->second, context.language) + " [" +
                    std::to_string(number) + "-" + std::to_string(last->first) + "]";
        context.result({}, line);
        at = last;
    }
}

void run(Context& context, const Criteria& criteria) {
    Rows rows;
    std::vector<ipc::CtlRow> gaps;  // what was deleted stands behind all, as the search says it
    const bool done = collect(context, criteria, [&](const ipc::CtlRow& row) {
        if (context.json)
            context.result(json_of(row), "");
        if (text_of(row, "event") == "deleted_by_rule")
            gaps.push_back(row);
        else
            rows.emplace(number_of(row, "index"), row);
    });
    if (!done)
        return;
    if (rows.empty())
        context.exit_code = kExitNotFound;
    if (context.json || !add_what_led_to_it(context, rows, criteria))
        return;
    for (const ipc::CtlRow& gap : gaps)
        rows.emplace(number_of(gap, "index"), gap);
    print(context, rows);
}

}  // namespace

void add_timeline_command(CLI::App* evidence, Context& context) {
    const auto one = std::make_shared<Criteria>();
    CLI::App* timeline = add_command(
        evidence, "timeline",
        context.pick("a session in sentences, from the log-in on; ! marks what was refused, [] is the record",
                     "セッションの経過を文章で、ログインから順に (! は拒否された操作、[] は記録の番号)"),
        [&context, one] { run(context, *one); });
    add_needed(timeline, "session", one->session, context.pick("number", "番号"));
    add_option(timeline, "--reason", one->reason, context, "why; recorded", "理由 (記録される)");
}

}  // namespace sudare::ctl

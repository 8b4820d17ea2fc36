// SPDX-License-Identifier: Apache-2.0
#include "server/ctl/evidence_criteria.h"

#include <CLI/CLI.hpp>

#include "server/ctl/times.h"

namespace sudare::ctl {
namespace {

using Arguments = std::vector<std::string>;

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

}  // namespace

std::optional<Arguments> arguments_of(Context& context, const Criteria& criteria,
                                      const std::string& use) {
    Arguments arguments{"use", use};
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty())
            arguments.insert(arguments.end(), {name, value});
    };
    add("user", criteria.user);
    add("terminal", criteria.terminal);
    add("session", criteria.session);
    add("connection", criteria.connection);
    add("host", criteria.host);
    add("kind", criteria.kind);
    add("event", criteria.event);
    add("address", criteria.address);
    add("text", criteria.text);
    add("reason", criteria.reason);
    add("first", criteria.first);
    add("last", criteria.last);
    add("full", criteria.full ? "1" : "");
    if (!add_time(context, arguments, "from", criteria.from, DayEnd::kBegin) ||
        !add_time(context, arguments, "until", criteria.until, DayEnd::kEnd))
        return std::nullopt;
    return arguments;
}

void add_option(CLI::App* command, const char* name, std::string& into, const Context& context,
                std::string_view english, std::string_view japanese) {
    command->add_option(name, into, std::string(context.pick(english, japanese)));
}

void add_criteria(CLI::App* command, Criteria& into, const Context& context) {
    const auto option = [&](const char* name, std::string& value, std::string_view english,
                            std::string_view japanese) {
        add_option(command, name, value, context, english, japanese);
    };
    option("--user", into.user, "account", "利用者");
    option("--terminal", into.terminal, "terminal", "端末");
    option("--session", into.session, "number of a session", "セッション番号");
    option("--from", into.from, "time, local unless it has Z or an offset",
           "この時刻から (Z やオフセットがなければ現地時刻)");
    option("--until", into.until, "time; a day: to its end", "この時刻まで (日付ならその日の終わり)");
    option("--event", into.event, "names with commas: refusal,login_refused",
           "事象名 (カンマ区切り): refusal,login_refused");
    option("--kind", into.kind, "of a refusal or host event: download",
           "拒否やホスト報告の種類: download");
    option("--host", into.host, "destination; *.example.jp: all below",
           "接続先 (*.example.jp: その下すべて)");
    option("--address", into.address, "of a terminal or destination", "端末または接続先のアドレス");
    option("--text", into.text, "part of any text in the record", "記録の中の文字列の一部");
    option("--first", into.first, "from this record on", "この番号の記録から");
    option("--last", into.last, "only so many of the newest", "新しい方からこの件数だけ");
    option("--reason", into.reason, "why; recorded", "理由 (記録される)");
    command->add_flag("--full", into.full,
                      std::string(context.pick("read every record, without the index",
                                               "索引を使わずすべての記録を読む")));
}

}  // namespace sudare::ctl

// SPDX-License-Identifier: Apache-2.0
// sudarectl exception.
#include <CLI/CLI.hpp>
#include <memory>

#include "server/base/log.h"
#include "server/ctl/client.h"
#include "server/ctl/commands.h"
#include "server/ctl/layer.h"
#include "server/ctl/times.h"

namespace sudare::ctl {
namespace {

using ipc::CtlRequest;

struct Wanted {
    std::string user;
    std::string field;
    std::string value;
    std::string from;
    std::string until;
    std::string reason;
};

void add_exception(Context& context, const Wanted& wanted) {
    const auto ends = end_argument(context, wanted.until);
    if (!ends)
        return;
    const auto begins = wanted.from.empty() ? std::optional<std::int64_t>(0)
                                            : time_from(wanted.from, DayEnd::kBegin);
    if (!begins)
        return context.failed(
            Errc::kBadInput,
            "--from \"" + wanted.from + "\" must be 2026-04-30 or 2026-04-30T17:00 (local time)",
            "--from「" + wanted.from + "」: 2026-04-30 か 2026-04-30T17:00 (現地時刻) で指定してください");
    ask(context, CtlRequest::kExceptionAdd,
        {wanted.user, wanted.field, wanted.value, std::to_string(*begins), *ends,
         wanted.reason},
        [&context, &wanted, ends = std::stoll(*ends)](const ipc::CtlRow& row) {
            auto object = json_of(row);
            object["ends"] = ends;
            context.result(object, printable(text_of(row, "exception") + "  " + wanted.user + " " +
                                             wanted.field + " = " + wanted.value) +
                                       std::string(context.pick("  until ", "  期限 ")) +
                                       local_time(ends));
        });
}

void add_list(CLI::App* parent, Context& context) {
    const auto user = std::make_shared<std::string>();
    add_command(parent, "list", context.pick("those that are not over", "終わっていない例外の一覧"),
                [&context, user] {
                    ask_table(context, CtlRequest::kExceptionList, {*user},
                              {{"exception", "NO", "番号"},
                               {"user", "USER", "利用者"},
                               {"field", "FIELD", "項目"},
                               {"value", "VALUE", "値"},
                               {"begins", "FROM", "開始", true},
                               {"ends", "UNTIL", "期限", true},
                               {"by", "BY", "設定者"},
                               {"reason", "REASON", "理由"}});
                })
        ->add_option("user", *user, std::string(context.pick("only of this user", "この利用者のみ")));
}

}  // namespace

void add_exception_commands(CLI::App& app, Context& context) {
    CLI::App* exception = add_group(
        app, "exception", context.pick("another value for one person until a set time", "期限つきの例外"));
    const auto wanted = std::make_shared<Wanted>();
    CLI::App* command =
        add_command(exception, "add", context.pick("stronger than every layer", "例外を設定 (どの層より優先)"),
                    [&context, wanted] { add_exception(context, *wanted); });
    add_needed(command, "user", wanted->user, context.pick("user", "利用者"));
    add_needed(command, "field", wanted->field, context.pick("field", "項目"));
    add_needed(command, "value", wanted->value, context.pick("value", "値"));
    add_needed(command, "--until", wanted->until,
               context.pick("its end: 2026-04-30 (the end of that day), 2026-04-30T17:00, 2h, 7d",
                            "期限: 2026-04-30 (その日の終わり)、2026-04-30T17:00、2h、7d"));
    add_needed(command, "--reason", wanted->reason,
               context.pick("why, for the record", "理由 (記録に残る)"));
    command->add_option("--from", wanted->from,
                        std::string(context.pick("its beginning; now without it",
                                                 "開始。指定しなければ今から")));
    add_list(exception, context);
    const auto number = std::make_shared<std::string>();
    command = add_command(exception, "end", context.pick("before its time", "期限の前に取り消す"),
                          [&context, number] {
                              if (ask(context, CtlRequest::kExceptionEnd, {*number}))
                                  context.result({{"exception", *number}}, printable(*number));
                          });
    add_needed(command, "number", *number, context.pick("number", "番号"));
}

}  // namespace sudare::ctl

// SPDX-License-Identifier: Apache-2.0
// sudarectl policy history, diff, rollback: its versions.
#include <CLI/CLI.hpp>
#include <memory>

#include "server/ctl/client.h"
#include "server/ctl/commands.h"
#include "server/ctl/layer.h"

namespace sudare::ctl {
namespace {

using ipc::CtlRequest;

struct Asked {
    std::string layer = "*";
    std::string user;
    std::string from;
    std::string to;
    std::string count = "100";
    bool dry_run = false;
};

void add_history(CLI::App& policy, Context& context) {
    const auto asked = std::make_shared<Asked>();
    CLI::App* command = add_command(
        &policy, "history", context.pick("every saved change, the newest first", "変更の履歴 (新しい順)"),
        [&context, asked] {
            ask_table(context, CtlRequest::kPolicyHistory, {layer_argument(asked->layer), asked->count},
                      {{"version", "VERSION", "版"},
                       {"time", "TIME", "時刻", true},
                       {"admin_uid", "BY", "変更者"},
                       {"layer", "LAYER", "層"},
                       {"field", "FIELD", "項目"},
                       {"value", "VALUE", "値", false, "set"}});
        });
    command->add_option("layer", asked->layer,
                        std::string(context.pick("only of this one: a user, group:NAME or default",
                                                 "この層のみ: 利用者、group:グループ名、default")));
    command->add_option("--count", asked->count,
                        std::string(context.pick("at most so many", "件数の上限")))
        ->capture_default_str();
}

void add_diff(CLI::App& policy, Context& context) {
    const auto asked = std::make_shared<Asked>();
    CLI::App* command = add_command(
        &policy, "diff", context.pick("what one person may do differently", "利用者の有効な値の差"),
        [&context, asked] {
            const auto from = moment_argument(context, "from", asked->from);
            const auto to = from ? moment_argument(context, "to", asked->to) : std::nullopt;
            if (to)
                ask_table(context, CtlRequest::kPolicyDiff, {asked->user, *from, *to},
                          {{"field", "FIELD", "項目"},
                           {"before", "BEFORE", "前"},
                           {"before_origin", "FROM", "由来"},
                           {"after", "AFTER", "後"},
                           {"after_origin", "FROM", "由来"},
                           {"loosens", "LOOSENS", "緩和"}});
        });
    add_needed(command, "user", asked->user, context.pick("user", "利用者"));
    add_needed(command, "from", asked->from, moment_help(context));
    command->add_option("to", asked->to,
                        std::string(context.pick("likewise; now without it", "同上。省略すると現在")));
}

void add_rollback(CLI::App& policy, Context& context) {
    const auto asked = std::make_shared<Asked>();
    CLI::App* command = add_command(
        &policy, "rollback",
        context.pick("make it as it was, as new versions; exceptions stay",
                     "以前の状態に戻す (新しい版として。例外はそのまま)"),
        [&context, asked] {
            const auto to = moment_argument(context, "to", asked->to);
            if (to)
                ask_table(context, CtlRequest::kPolicyRollback,
                          {layer_argument(asked->layer), *to, asked->dry_run ? "dry" : ""},
                          {{"layer", "LAYER", "層"},
                           {"field", "FIELD", "項目"},
                           {"before", "BEFORE", "変更前", false, "was_set"},
                           {"after", "AFTER", "変更後", false, "is_set"},
                           {"loosens", "LOOSENS", "緩和"}});
        });
    add_needed(command, "to", asked->to, moment_help(context));
    command->add_option("--layer", asked->layer,
                        std::string(context.pick("only of this one: a user, group:NAME or default",
                                                 "この層のみ: 利用者、group:グループ名、default")));
    command->add_flag("--dry-run", asked->dry_run,
                      std::string(context.pick("only show what would change", "変わる内容の表示のみ")));
}

}  // namespace

void add_history_commands(CLI::App& policy, Context& context) {
    add_history(policy, context);
    add_diff(policy, context);
    add_rollback(policy, context);
}

}  // namespace sudare::ctl

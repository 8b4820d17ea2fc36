// SPDX-License-Identifier: Apache-2.0
// sudarectl policy: the values. Its versions are in history_commands.cpp.
#include <CLI/CLI.hpp>
#include <memory>

#include "server/base/log.h"
#include "server/ctl/client.h"
#include "server/ctl/commands.h"
#include "server/ctl/layer.h"
#include "server/ctl/text_file.h"

namespace sudare::ctl {
namespace {

using ipc::CtlRequest;

struct Change {
    std::string layer;
    std::string field;
    std::string value;
    std::string file;                    // has the value
    const CLI::Option* given = nullptr;  // the value: an empty one is a value too
    bool unset = false;
};

Column meaning(const Context& context) {
    return context.language == Language::kJapanese ? Column{"meaning_ja", "MEANING", "意味"}
                                                   : Column{"meaning", "MEANING", "意味"};
}

CLI::App* add_set(CLI::App* policy, Context& context) {
    const auto change = std::make_shared<Change>();
    CLI::App* command =
        add_command(policy, "set", context.pick("give a field a value", "値を設定"), [&context, change] {
            if (change->file.empty() == (change->given->count() == 0))
                return context.failed(Errc::kBadInput, "give a value, or --file",
                                      "値か --file のどちらかを指定してください");
            if (!change->file.empty()) {
                auto text = read_text_file(change->file);
                if (!text)
                    return context.failed(text.error().code, change->file + ": " + text.error().message,
                                          change->file + ": " + text.error().message);
                change->value = std::move(*text);
            }
            if (ask(context, CtlRequest::kPolicySet,
                    {layer_argument(change->layer), change->field, change->value}))
                context.result(
                    {{"layer", change->layer}, {"field", change->field}, {"value", change->value}},
                    printable(change->layer + " " + change->field + " = " + change->value));
        });
    add_layer(command, context, change->layer);
    add_needed(command, "field", change->field, context.pick("field", "項目"));
    change->given =
        command->add_option("value", change->value, std::string(context.pick("value", "値")));
    command->add_option("--file", change->file,
                        std::string(context.pick("a file that has the value, - for the input: for long ones",
                                                 "値を書いたファイル。- は標準入力。長い値に使う")));
    return command;
}

void add_unset(CLI::App* policy, Context& context) {
    const auto change = std::make_shared<Change>();
    CLI::App* command = add_command(
        policy, "unset", context.pick("let the layer below decide", "設定を解除"), [&context, change] {
            if (ask(context, CtlRequest::kPolicyUnset, {layer_argument(change->layer), change->field}))
                context.result({{"layer", change->layer}, {"field", change->field}},
                               printable(change->layer + " " + change->field));
        });
    add_layer(command, context, change->layer);
    add_needed(command, "field", change->field, context.pick("field", "項目"));
}

void add_get(CLI::App* policy, Context& context) {
    const auto layer = std::make_shared<std::string>();
    CLI::App* command = add_command(
        policy, "get", context.pick("what one layer says itself", "その層で設定した値"), [&context, layer] {
            ask_table(context, CtlRequest::kPolicyGet, {layer_argument(*layer)},
                      {{"field", "FIELD", "項目"}, {"value", "VALUE", "値"}, meaning(context)});
        });
    add_layer(command, context, *layer);
}

void add_what_if(CLI::App* policy, Context& context) {
    const auto change = std::make_shared<Change>();
    CLI::App* command = add_command(
        policy, "what-if",
        context.pick("for whom that change would change something; nothing is saved",
                     "その変更で誰の値が変わるかを表示 (保存しない)"),
        [&context, change] {
            if (change->unset != change->value.empty())
                return context.failed(Errc::kBadInput, "give a value, or --unset",
                                      "値か --unset のどちらかを指定してください");
            ask_table(context, CtlRequest::kPolicyWhatIf,
                      {layer_argument(change->layer), change->field, change->unset ? "unset" : "set",
                       change->value},
                      {{"user", "USER", "利用者"},
                       {"before", "BEFORE", "変更前"},
                       {"after", "AFTER", "変更後"},
                       {"loosens", "LOOSENS", "緩和"},
                       {"sessions", "SESSIONS", "セッション"}});
        });
    add_layer(command, context, change->layer);
    add_needed(command, "field", change->field, context.pick("field", "項目"));
    command->add_option("value", change->value, std::string(context.pick("value", "値")));
    command->add_flag("--unset", change->unset,
                      std::string(context.pick("as if it were unset", "設定を解除した場合")));
}

void add_explain(CLI::App* policy, Context& context) {
    const auto user = std::make_shared<std::string>();
    const auto moment = std::make_shared<std::string>();
    CLI::App* command = add_command(
        policy, "explain", context.pick("effective values and where each comes from", "有効な値とその由来"),
        [&context, user, moment] {
            const auto at = moment_argument(context, "--as-of", *moment);
            if (at)
                ask_table(context, CtlRequest::kPolicyExplain, {*user, *at},
                          {{"field", "FIELD", "項目"},
                           {"value", "VALUE", "値"},
                           {"origin", "FROM", "由来"},
                           meaning(context)});
        });
    add_needed(command, "user", *user, context.pick("user", "利用者"));
    command->add_option("--as-of", *moment, std::string(moment_help(context)));
}

}  // namespace

void add_policy_commands(CLI::App& app, Context& context) {
    CLI::App* policy = add_group(app, "policy", context.pick("what each person may do", "ポリシー"));
    add_set(policy, context);
    add_unset(policy, context);
    add_get(policy, context);
    add_explain(policy, context);
    add_command(policy, "show",
                context.pick("every field, its default and what may be written",
                             "全項目の既定値と指定できる値"),
                [&context] {
                    ask_table(context, CtlRequest::kPolicyShow, {},
                              {{"field", "FIELD", "項目"},
                               {"value", "VALUE", "値"},
                               {"permitted", "PERMITTED", "指定できる値"},
                               meaning(context)});
                });
    add_what_if(policy, context);
    add_history_commands(*policy, context);
    add_policy_host_command(*policy, context);
    add_budget_command(*policy, context);
}

}  // namespace sudare::ctl

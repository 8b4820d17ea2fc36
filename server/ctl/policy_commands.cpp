// SPDX-License-Identifier: Apache-2.0
// sudarectl policy.
#include <CLI/CLI.hpp>
#include <memory>

#include "server/base/log.h"
#include "server/ctl/client.h"
#include "server/ctl/commands.h"

namespace sudare::ctl {
namespace {

using ipc::CtlRequest;

struct Change {
    std::string user;
    std::string field;
    std::string value;
};

// "default" names the default layer; a user cannot have that name on this border.
std::string layer_of(const std::string& user) {
    return user == "default" ? "" : user;
}

std::vector<Column> columns(const Context& context, bool definitions) {
    std::vector<Column> out{{"field", "FIELD", "項目"}, {"value", "VALUE", "値"}};
    if (definitions)
        out.push_back({"permitted", "PERMITTED", "指定できる値"});
    else
        out.push_back({"origin", "FROM", "由来"});
    out.push_back(context.language == Language::kJapanese ? Column{"meaning_ja", "MEANING", "意味"}
                                                          : Column{"meaning", "MEANING", "意味"});
    return out;
}

void add_user_option(CLI::App* command, const Context& context,
                     const std::shared_ptr<Change>& change) {
    command
        ->add_option("user", change->user,
                     std::string(context.pick("user, or \"default\" for everybody",
                                              "利用者、全員の既定は default")))
        ->required();
}

}  // namespace

void add_policy_commands(CLI::App& app, Context& context) {
    CLI::App* policy = app.add_subcommand(
        "policy", std::string(context.pick("what each person may do", "ポリシー")));
    policy->fallthrough()->require_subcommand(1);

    auto change = std::make_shared<Change>();
    CLI::App* command = policy->add_subcommand(
        "set", std::string(context.pick("give a field a value", "値を設定")));
    command->fallthrough()->callback([&context, change] {
        if (ask(context, CtlRequest::kPolicySet,
                {layer_of(change->user), change->field, change->value}))
            context.result(
                {{"user", change->user}, {"field", change->field}, {"value", change->value}},
                printable(change->user + " " + change->field + " = " + change->value));
    });
    add_user_option(command, context, change);
    command->add_option("field", change->field, std::string(context.pick("field", "項目")))
        ->required();
    command->add_option("value", change->value, std::string(context.pick("value", "値")))
        ->required();

    change = std::make_shared<Change>();
    command = policy->add_subcommand(
        "unset", std::string(context.pick("let the layer below decide", "設定を解除")));
    command->fallthrough()->callback([&context, change] {
        if (ask(context, CtlRequest::kPolicyUnset, {layer_of(change->user), change->field}))
            context.result({{"user", change->user}, {"field", change->field}},
                           printable(change->user + " " + change->field));
    });
    add_user_option(command, context, change);
    command->add_option("field", change->field, std::string(context.pick("field", "項目")))
        ->required();

    change = std::make_shared<Change>();
    command = policy->add_subcommand(
        "explain", std::string(context.pick("effective values and where each comes from",
                                            "有効な値とその由来")));
    command->fallthrough()->callback([&context, change] {
        ask_table(context, CtlRequest::kPolicyExplain, {change->user}, columns(context, false));
    });
    command->add_option("user", change->user, std::string(context.pick("user", "利用者")))
        ->required();

    command = policy->add_subcommand(
        "show", std::string(context.pick("every field, its default and what may be written",
                                         "全項目の既定値と指定できる値")));
    command->fallthrough()->callback(
        [&context] { ask_table(context, CtlRequest::kPolicyShow, {}, columns(context, true)); });
}

}  // namespace sudare::ctl

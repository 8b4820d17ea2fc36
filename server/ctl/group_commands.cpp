// SPDX-License-Identifier: Apache-2.0
// sudarectl group.
#include <CLI/CLI.hpp>
#include <memory>

#include "server/base/log.h"
#include "server/ctl/client.h"
#include "server/ctl/commands.h"

namespace sudare::ctl {
namespace {

using ipc::CtlRequest;

struct Two {
    std::string first;
    std::string second;
};

// A command of two words that answers nothing but success.
CLI::App* add_pair(CLI::App* parent, Context& context, const char* name, std::string_view help,
                   CtlRequest request, const char* first, const char* second,
                   const std::shared_ptr<Two>& two) {
    return add_command(parent, name, help, [&context, two, request, first, second] {
        if (ask(context, request, {two->first, two->second}))
            context.result({{first, two->first}, {second, two->second}},
                           printable(two->first + " " + two->second));
    });
}

void add_membership(CLI::App* parent, Context& context, const char* name, std::string_view help,
                    CtlRequest request) {
    const auto two = std::make_shared<Two>();
    CLI::App* command = add_pair(parent, context, name, help, request, "user", "group", two);
    add_needed(command, "user", two->first, context.pick("user", "利用者"));
    add_needed(command, "group", two->second, context.pick("group", "グループ"));
}

}  // namespace

void add_group_commands(CLI::App& app, Context& context) {
    CLI::App* group = add_group(app, "group", context.pick("groups of users", "グループ"));
    const std::string_view place_help =
        context.pick("0 to 9999: of two groups that say different things the larger one decides",
                     "0～9999。値が食い違うグループでは大きいほうが優先される");
    auto two = std::make_shared<Two>();
    CLI::App* command = add_pair(group, context, "add", context.pick("new group", "グループを追加"),
                                 CtlRequest::kGroupAdd, "group", "place", two);
    add_needed(command, "name", two->first, context.pick("name", "名前"));
    command->add_option("--place", two->second, std::string(place_help))->default_str("100");
    two->second = "100";

    two = std::make_shared<Two>();
    command = add_pair(group, context, "move", context.pick("another place in the order", "順序を変更"),
                       CtlRequest::kGroupMove, "group", "place", two);
    add_needed(command, "name", two->first, context.pick("name", "名前"));
    add_needed(command, "place", two->second, place_help);

    const auto name = std::make_shared<std::string>();
    command = add_command(group, "remove",
                          context.pick("with its policy and its members' places in it",
                                       "グループを、そのポリシーと所属とともに削除"),
                          [&context, name] {
                              if (ask(context, CtlRequest::kGroupRemove, {*name}))
                                  context.result({{"group", *name}}, printable(*name));
                          });
    add_needed(command, "name", *name, context.pick("name", "名前"));

    add_membership(group, context, "join", context.pick("put a user into it", "利用者を加える"),
                   CtlRequest::kGroupJoin);
    add_membership(group, context, "leave", context.pick("take a user out of it", "利用者を外す"),
                   CtlRequest::kGroupLeave);
    add_command(group, "list", context.pick("all groups, the weakest first", "一覧 (優先の低い順)"),
                [&context] {
                    ask_table(context, CtlRequest::kGroupList, {},
                              {{"group", "GROUP", "グループ"},
                               {"place", "PLACE", "順序"},
                               {"members", "MEMBERS", "人数"},
                               {"fields", "FIELDS", "設定数"}});
                });
}

}  // namespace sudare::ctl

// SPDX-License-Identifier: Apache-2.0
// sudarectl role and change: who may do what here, and what waits for a second person.
#include <pwd.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "server/base/log.h"
#include "server/ctl/client.h"
#include "server/ctl/commands.h"
#include "server/ctl/layer.h"

namespace sudare::ctl {
namespace {

using ipc::CtlRequest;

struct Words {
    std::string first;
    std::string second;
};

// A number is a uid; anything else the name of an account of this machine.
std::string uid_of(const std::string& text) {
    if (text.find_first_not_of("0123456789") == std::string::npos)
        return text;
    const passwd* account = ::getpwnam(text.c_str());
    return account == nullptr ? text : std::to_string(account->pw_uid);
}

void add_role(CLI::App* parent, Context& context, const char* name, std::string_view help,
              CtlRequest request) {
    const auto words = std::make_shared<Words>();
    CLI::App* command = add_command(parent, name, help, [&context, words, request] {
        if (ask(context, request, {uid_of(words->first), words->second}))
            context.result({{"account", words->first}, {"role", words->second}},
                           printable(words->first + " " + words->second));
    });
    add_needed(command, "account", words->first,
               context.pick("account of this machine, or its uid", "このマシンのアカウント名、または uid"));
    add_needed(command, "role", words->second,
               "administrator, approver, reviewer, operator");
}

}  // namespace

void add_role_commands(CLI::App& app, Context& context) {
    CLI::App* role = add_group(app, "role", context.pick("who may do what with this command", "管理者の役割"));
    add_role(role, context, "give", context.pick("to somebody else", "ほかの人に役割を付ける"),
             CtlRequest::kRoleGive);
    add_role(role, context, "take", context.pick("from somebody", "役割を外す"), CtlRequest::kRoleTake);
    add_command(role, "list", context.pick("all; none: everybody has every role", "一覧 (空なら全員が全役割)"),
                [&context] {
                    ask_table(context, CtlRequest::kRoleList, {},
                              {{"uid", "UID", "UID"}, {"roles", "ROLES", "役割"}});
                });
}

void add_change_commands(CLI::App& app, Context& context) {
    CLI::App* change = add_group(
        app, "change", context.pick("changes that wait for a second person", "承認待ちの変更"));
    add_command(change, "list", context.pick("those that wait", "一覧"), [&context] {
        ask_table(context, CtlRequest::kChangeList, {},
                  {{"change", "NO", "番号"},
                   {"asked", "ASKED", "申請", true},
                   {"by", "BY", "申請者"},
                   {"parts", "PARTS", "件数"},
                   {"what", "WHAT", "内容"}});
    });
    auto words = std::make_shared<Words>();
    CLI::App* command = add_command(
        change, "show", context.pick("what it would change now", "今承認すると変わる内容"), [&context, words] {
            ask_table(context, CtlRequest::kChangeShow, {words->first},
                      {{"layer", "LAYER", "層"},
                       {"field", "FIELD", "項目"},
                       {"before", "BEFORE", "変更前", false, "was_set"},
                       {"after", "AFTER", "変更後", false, "is_set"},
                       {"loosens", "LOOSENS", "緩和"}});
        });
    add_needed(command, "number", words->first, context.pick("number", "番号"));

    words = std::make_shared<Words>();
    command = add_command(change, "approve", context.pick("of somebody else", "ほかの人の変更を承認"),
                          [&context, words] {
                              const auto ends = end_argument(context, words->second);
                              if (ends && ask(context, CtlRequest::kChangeApprove, {words->first, *ends}))
                                  context.result({{"change", words->first}}, printable(words->first));
                          });
    add_needed(command, "number", words->first, context.pick("number", "番号"));
    command->add_option("--until", words->second,
                        std::string(context.pick("another end of the exception: 2026-04-30, 2h, 7d",
                                                 "例外の期限を変える: 2026-04-30、2h、7d")));

    words = std::make_shared<Words>();
    command = add_command(change, "refuse", context.pick("it is not done", "却下"), [&context, words] {
        if (ask(context, CtlRequest::kChangeRefuse, {words->first, words->second}))
            context.result({{"change", words->first}}, printable(words->first));
    });
    add_needed(command, "number", words->first, context.pick("number", "番号"));
    add_needed(command, "--reason", words->second, context.pick("why, for the record", "理由 (記録に残る)"));
}

}  // namespace sudare::ctl

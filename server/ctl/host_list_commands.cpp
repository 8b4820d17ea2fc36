// SPDX-License-Identifier: Apache-2.0
// sudarectl host-list, and policy host.
#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>

#include "server/base/log.h"
#include "server/ctl/client.h"
#include "server/ctl/commands.h"
#include "server/ctl/host_file.h"
#include "server/ctl/layer.h"
#include "server/ctl/text_file.h"

namespace sudare::ctl {
namespace {

using ipc::CtlRequest;

struct Set {
    std::string name;
    std::string file;
    bool dry_run = false;
};

void show_faults(const Context& context, const std::string& file, const HostFile& hosts) {
    for (const HostFile::Fault& one : hosts.faults)
        context.result({{"line", one.line}, {"text", printable(one.text)}, {"message", one.why}},
                       printable(file) + ":" + std::to_string(one.line) + ": " + printable(one.text) + ": " + one.why);
}

void set_list(Context& context, const Set& set) {
    auto bytes = read_file(set.file);
    if (!bytes)
        return context.failed(bytes.error().code, set.file + ": " + bytes.error().message,
                              set.file + ": " + bytes.error().message);
    const HostFile hosts = read_hosts(std::move(*bytes));
    if (!hosts.faults.empty()) {
        show_faults(context, set.file, hosts);
        const std::string count = std::to_string(hosts.faults.size());
        return context.failed(Errc::kBadInput, count + " lines are not HOST or HOST:PORT; nothing was changed",
                              "HOST か HOST:PORT でない行が " + count + " 行あります。何も変更していません");
    }
    std::string text;
    for (const std::string& host : hosts.hosts)
        text.append(text.empty() ? "" : "\n").append(host);
    std::vector<ipc::CtlRow> sums, people;
    const bool done = ask(context, CtlRequest::kHostListSet, {set.name, text, set.dry_run ? "dry" : ""},
                          [&](const ipc::CtlRow& row) { (text_of(row, "list").empty() ? people : sums).push_back(row); });
    if (!done)
        return;
    print_table(context, sums, {{"list", "LIST", "リスト"},
                                {"hosts", "HOSTS", "件数"},
                                {"added", "ADDED", "追加"},
                                {"removed", "REMOVED", "削除"}});
    if (set.dry_run)
        print_table(context, people, {{"user", "USER", "利用者"},
                                      {"before", "BEFORE", "変更前"},
                                      {"after", "AFTER", "変更後"},
                                      {"loosens", "LOOSENS", "緩和"},
                                      {"sessions", "SESSIONS", "セッション"}});
}

void add_set(CLI::App* parent, Context& context) {
    const auto set = std::make_shared<Set>();
    CLI::App* command = add_command(parent, "set",
                                    context.pick("give a list the hosts of a file: one HOST or .DOMAIN in each line, # remarks",
                                                 "ファイルの内容でリストを設定 (1 行に HOST か .DOMAIN、# 以降は注釈)"),
                                    [&context, set] { set_list(context, *set); });
    add_needed(command, "name", set->name, context.pick("name", "名前"));
    add_needed(command, "file", set->file, context.pick("file, - for the input", "ファイル。- は標準入力"));
    command->add_flag("--dry-run", set->dry_run,
                      std::string(context.pick("only show for whom something would change", "誰の値が変わるかの表示のみ")));
}

void add_show(CLI::App* parent, Context& context) {
    const auto name = std::make_shared<std::string>();
    const auto moment = std::make_shared<std::string>();
    CLI::App* command = add_command(
        parent, "show", context.pick("its hosts, as a file for set", "リストの内容 (set で使える形式)"),
        [&context, name, moment] {
            const auto at = moment_argument(context, "--as-of", *moment);
            if (at)
                ask(context, CtlRequest::kHostListShow, {*name, *at}, [&](const ipc::CtlRow& row) {
                    context.result(json_of(row), text_of(row, "hosts"));
                });
        });
    add_needed(command, "name", *name, context.pick("name", "名前"));
    command->add_option("--as-of", *moment, std::string(moment_help(context)));
}

void add_remove(CLI::App* parent, Context& context) {
    const auto name = std::make_shared<std::string>();
    CLI::App* command = add_command(
        parent, "remove", context.pick("a list that nothing names any more", "どこでも使われていないリストを削除"),
        [&context, name] {
            if (ask(context, CtlRequest::kHostListRemove, {*name}))
                context.result({{"list", *name}}, printable(*name));
        });
    add_needed(command, "name", *name, context.pick("name", "名前"));
}

}  // namespace

void add_host_list_commands(CLI::App& app, Context& context) {
    CLI::App* list = add_group(app, "host-list",
                               context.pick("named lists of hosts, for web.hosts as allow:@NAME and deny:@NAME",
                                            "ホストリスト (web.hosts に allow:@名前、deny:@名前 と書く)"));
    add_set(list, context);
    add_show(list, context);
    add_command(list, "list", context.pick("all lists, and where they are named", "一覧と使用箇所"), [&context] {
        ask_table(context, CtlRequest::kHostListList, {},
                  {{"list", "LIST", "リスト"}, {"hosts", "HOSTS", "件数"}, {"used_by", "USED BY", "使用箇所"}});
    });
    add_remove(list, context);
}

void add_policy_host_command(CLI::App& policy, Context& context) {
    const auto user = std::make_shared<std::string>();
    const auto host = std::make_shared<std::string>();
    CLI::App* command = add_command(
        &policy, "host", context.pick("which rule, of which layer and list, decides about a host",
                                      "ホストの可否を決める規則と、その層・リスト"),
        [&context, user, host] {
            const std::size_t colon = std::min(host->find(':'), host->size());
            const std::string port = colon == host->size() ? "443" : host->substr(colon + 1);
            ask_table(context, CtlRequest::kPolicyHost, {*user, host->substr(0, colon), port},
                      {{"verdict", "VERDICT", "可否"},
                       {"origin", "FROM", "由来"},
                       {"rule", "RULE", "規則"},
                       {"list", "LIST", "リスト"},
                       {"number", "NUMBER", "番号"}});
        });
    add_needed(command, "user", *user, context.pick("user", "利用者"));
    add_needed(command, "host", *host, context.pick("HOST or HOST:PORT (443 without it)", "HOST か HOST:PORT (省略時 443)"));
}

}  // namespace sudare::ctl

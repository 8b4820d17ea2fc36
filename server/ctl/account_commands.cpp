// SPDX-License-Identifier: Apache-2.0
// sudarectl user.
#include <sodium.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "server/base/log.h"
#include "server/ctl/client.h"
#include "server/ctl/commands.h"

namespace sudare::ctl {
namespace {

using ipc::CtlRequest;

struct Account {
    std::string name;
    bool from_stdin = false;
    bool change = false;
    bool directory = false;
    bool local = false;
};

// 16 characters of 32: 80 bits, none that look alike.
std::string random_password() {
    static constexpr char kAlphabet[] = "abcdefghijkmnpqrstuvwxyz23456789";
    std::string out;
    for (int i = 0; i < 16; ++i)
        out += kAlphabet[randombytes_uniform(32)];
    return out;
}

void set_password(Context& context, CtlRequest request, const Account& account) {
    if (account.directory) {  // there is none to give
        if (ask(context, request, {account.name, "", "directory"}))
            context.result({{"user", account.name}, {"directory", true}}, printable(account.name));
        return;
    }
    std::string password;
    if (account.from_stdin)
        std::getline(std::cin, password);
    else if (sodium_init() >= 0)
        password = random_password();
    if (!ask(context, request, {account.name, password, account.local ? "local" : account.change ? "change" : ""}))
        return;
    boost::json::object object{{"user", account.name}};
    std::string text = printable(account.name);
    if (!account.from_stdin) {
        object["password"] = password;
        text += fmt::format(fmt::runtime(context.pick("   password (shown once): {}",
                                                      "   パスワード (一度だけ表示): {}")),
                            password);
    }
    context.result(object, text);
    ::explicit_bzero(password.data(), password.size());
}

// A command that takes a name and answers nothing but success.
void add_named(CLI::App* parent, Context& context, const char* name, std::string_view help,
               CtlRequest request) {
    const auto account = std::make_shared<Account>();
    add_command(parent, name, help,
        [&context, account, request] {
            if (ask(context, request, {account->name}))
                context.result({{"name", account->name}}, printable(account->name));
        })
        ->add_option("name", account->name, std::string(context.pick("name", "名前")))
        ->required();
}

void add_password(CLI::App* parent, Context& context, const char* name, std::string_view help,
                  CtlRequest request) {
    const auto account = std::make_shared<Account>();
    CLI::App* command = add_command(parent, name, help, [&context, account, request] {
        set_password(context, request, *account);
    });
    command->add_option("name", account->name, std::string(context.pick("user", "利用者")))
        ->required();
    command->add_flag("--password-stdin", account->from_stdin,
                      std::string(context.pick("first line of the input instead of a random one",
                                               "標準入力の 1 行目をパスワードにする")));
    command->add_flag("--change", account->change,
                      std::string(context.pick("it has to be changed at the next log-in",
                                               "次のログインでの変更を求める")));
    command
        ->add_flag("--directory", account->directory,
                   std::string(context.pick("the password is the one in the directory (LDAP, Active Directory)",
                                            "パスワードはディレクトリ (LDAP, Active Directory) のものを使う")))
        ->excludes("--password-stdin", "--change");
    if (request == CtlRequest::kUserPassword)
        command
            ->add_flag("--local", account->local,
                       std::string(context.pick("the password is in the directory no longer; it has to be changed at the next log-in",
                                                "ディレクトリのパスワードをやめる (次のログインで変更を求める)")))
            ->excludes("--directory");
}

void add_code(CLI::App* parent, Context& context) {
    const auto name = std::make_shared<std::string>();
    const auto days = std::make_shared<std::string>("14");
    CLI::App* command = add_command(
        parent, "code",
        context.pick("a one-time code instead of the password, with which the user chooses a new one",
                     "パスワードの代わりの登録コードを発行 (利用者が新しいパスワードを決める)"),
        [&context, name, days] {
            ask_table(context, CtlRequest::kUserCode, {*name, *days},
                      {{"user", "USER", "利用者"},
                       {"code", "CODE (SHOWN ONCE)", "登録コード (一度だけ表示)"},
                       {"until", "UNTIL", "期限", true}});
        });
    add_needed(command, "name", *name, context.pick("user", "利用者"));
    command->add_option("--days", *days,
                        std::string(context.pick("how long it is good for", "有効日数")))
        ->capture_default_str();
}

}  // namespace

void add_user_commands(CLI::App& app, Context& context) {
    CLI::App* user = add_group(app, "user", context.pick("accounts", "利用者"));
    add_password(user, context, "add", context.pick("new account", "利用者を追加"),
                 CtlRequest::kUserAdd);
    add_password(user, context, "passwd", context.pick("new password", "パスワードを変更"),
                 CtlRequest::kUserPassword);
    add_named(user, context, "disable", context.pick("end and forbid sessions", "利用を停止"),
              CtlRequest::kUserDisable);
    add_named(user, context, "enable", context.pick("permit again", "利用を再開"),
              CtlRequest::kUserEnable);
    add_named(user, context, "reset-factor",
              context.pick("forget the second factor: another is set up at the next log-in",
                           "確認番号の登録を消す: 次のログインで登録し直す"),
              CtlRequest::kUserResetFactor);
    add_code(user, context);
    add_command(user, "list", context.pick("all accounts", "利用者の一覧"), [&context] {
        ask_table(context, CtlRequest::kUserList, {},
                  {{"user", "USER", "利用者"},
                   {"number", "NO", "番号"},
                   {"disabled", "DISABLED", "停止"},
                   {"must_change", "MUST CHANGE", "要変更"},
                   {"directory", "DIRECTORY", "ディレクトリ"},
                   {"second_factor", "SECOND FACTOR", "確認番号"},
                   {"password_at", "PASSWORD OF", "パスワード設定", true},
                   {"groups", "GROUPS", "グループ"}});
    });
}

}  // namespace sudare::ctl

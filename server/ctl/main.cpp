// SPDX-License-Identifier: Apache-2.0
// sudarectl: every job of administrators and security staff, as a client of the broker's admin
// socket (pki works on files). No rights of its own: the broker decides by the kernel's word
// (SO_PEERCRED) who may ask.
#include <CLI/CLI.hpp>

#include "server/base/log.h"
#include "server/ctl/commands.h"
#include "server/ctl/manual.h"

int main(int argc, char** argv) {
    using namespace sudare;
    log_init("sudarectl");
    ctl::Context context;
    context.language = ctl::language_from(argc, argv);

    CLI::App app(std::string(context.pick("Administration of Sudare", "Sudare の管理")),
                 "sudarectl");
    app.require_subcommand(1)->fallthrough();
    app.add_flag("--json", context.json,
                 std::string(context.pick("one JSON object per line", "JSON で出力 (1 行 1 件)")));
    std::string language;
    app.add_option(
           "--lang", language,
           std::string(context.pick("en or ja (default: locale)", "en または ja (既定はロケール)")))
        ->check(CLI::IsMember({"en", "ja"}));
    app.add_option(
           "--socket", context.socket,
           std::string(context.pick("the broker's admin socket", "ブローカーの管理ソケット")))
        ->envname("SUDARE_ADMIN_SOCKET")
        ->capture_default_str();
    for (const auto add :
         {ctl::add_pki_commands, ctl::add_user_commands, ctl::add_terminal_commands,
          ctl::add_group_commands, ctl::add_policy_commands, ctl::add_host_list_commands, ctl::add_exception_commands,
          ctl::add_import_commands, ctl::add_change_commands, ctl::add_role_commands,
          ctl::add_reviewer_commands, ctl::add_recording_commands, ctl::add_consent_commands, ctl::add_hold_commands, ctl::add_evidence_commands, ctl::add_emergency_commands, ctl::add_backup_command, ctl::add_self_test_command, ctl::add_status_commands, ctl::add_manual_commands})
        add(app, context);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return code == 0 ? ctl::kExitOk : ctl::kExitUsage;
    }
    return context.exit_code;
}

// SPDX-License-Identifier: Apache-2.0
#include "server/ctl/commands.h"

#include <CLI/CLI.hpp>

namespace sudare::ctl {

CLI::App* add_group(CLI::App& app, const char* name, std::string_view help) {
    return app.add_subcommand(name, std::string(help))->fallthrough()->require_subcommand(1);
}

CLI::App* add_command(CLI::App* parent, const char* name, std::string_view help,
                      std::function<void()> run) {
    CLI::App* command = parent->add_subcommand(name, std::string(help))->fallthrough();
    command->callback(std::move(run));
    return command;
}

CLI::Option* add_needed(CLI::App* command, const char* name, std::string& into,
                        std::string_view help) {
    return command->add_option(name, into, std::string(help))->required();
}

}  // namespace sudare::ctl

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "server/ctl/context.h"

namespace CLI {
class App;
class Option;
}

// Each function adds one group of subcommands; their callbacks run inside CLI11's parse and leave
// their outcome in the context.
namespace sudare::ctl {

// How they are made: a command that has subcommands, a command that runs, a positional it needs.
CLI::App* add_group(CLI::App& app, const char* name, std::string_view help);
CLI::App* add_command(CLI::App* parent, const char* name, std::string_view help,
                      std::function<void()> run);
CLI::Option* add_needed(CLI::App* command, const char* name, std::string& into,
                        std::string_view help);

void add_pki_commands(CLI::App& app, Context& context);
void add_user_commands(CLI::App& app, Context& context);
void add_terminal_commands(CLI::App& app, Context& context);
void add_group_commands(CLI::App& app, Context& context);
void add_policy_commands(CLI::App& app, Context& context);
void add_history_commands(CLI::App& policy, Context& context);  // below "policy"
void add_budget_command(CLI::App& policy, Context& context);    // below "policy"
void add_host_list_commands(CLI::App& app, Context& context);
void add_policy_host_command(CLI::App& policy, Context& context);  // below "policy"
void add_exception_commands(CLI::App& app, Context& context);
void add_role_commands(CLI::App& app, Context& context);
void add_change_commands(CLI::App& app, Context& context);
void add_import_commands(CLI::App& app, Context& context);
void add_reviewer_commands(CLI::App& app, Context& context);
void add_recording_commands(CLI::App& app, Context& context);
void add_consent_commands(CLI::App& app, Context& context);
void add_hold_commands(CLI::App& app, Context& context);
void add_retention_commands(CLI::App& evidence, Context& context);  // below "evidence"
void add_evidence_commands(CLI::App& app, Context& context);
void add_emergency_commands(CLI::App& app, Context& context);
void add_emergency_bundle(CLI::App* emergency, Context& context);  // below "emergency"
void add_backup_command(CLI::App& app, Context& context);
void add_self_test_command(CLI::App& app, Context& context);
void add_status_commands(CLI::App& app, Context& context);

}  // namespace sudare::ctl

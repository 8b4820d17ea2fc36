// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/ctl/context.h"

namespace CLI {
class App;
}

// Each function adds one group of subcommands; their callbacks run inside CLI11's parse and leave
// their outcome in the context.
namespace sudare::ctl {

void add_pki_commands(CLI::App& app, Context& context);
void add_user_commands(CLI::App& app, Context& context);
void add_terminal_commands(CLI::App& app, Context& context);
void add_policy_commands(CLI::App& app, Context& context);
void add_status_commands(CLI::App& app, Context& context);

}  // namespace sudare::ctl

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "server/ctl/context.h"

namespace CLI {
class App;
}

// What is made from the commands themselves, so that it cannot say anything else.
namespace sudare::ctl {

// For `source <(sudarectl completion)`, bash: commands, options, and the words that a positional takes.
std::string bash_completion(const CLI::App& app);
// sudarectl(8) in the man macros, in the context's language.
std::string manual_page(const CLI::App& app, const Context& context);

void add_manual_commands(CLI::App& app, Context& context);

}  // namespace sudare::ctl

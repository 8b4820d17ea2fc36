// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/ctl/commands.h"

// What is asked for among the records, as options: the same for a search and for an export.
namespace sudare::ctl {

struct Criteria {
    std::string user, terminal, session, connection, host, kind, event, address, text, reason;
    std::string from, until, first, last;
    bool full = false;
};

// The options of a command, and --reason; `into` must outlive the parse.
void add_criteria(CLI::App* command, Criteria& into, const Context& context);
void add_option(CLI::App* command, const char* name, std::string& into, const Context& context,
                std::string_view english, std::string_view japanese);

// As CtlRequest::kEvidenceSearch wants them. nullopt: it said what is wrong.
std::optional<std::vector<std::string>> arguments_of(Context& context, const Criteria& criteria,
                                                     const std::string& use);

void add_timeline_command(CLI::App* evidence, Context& context);  // below "evidence"
void add_export_command(CLI::App* evidence, Context& context);

}  // namespace sudare::ctl

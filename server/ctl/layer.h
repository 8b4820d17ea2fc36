// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/ctl/context.h"

namespace CLI {
class App;
class Option;
}

// How commands name a layer of the policy and a moment of its history.
namespace sudare::ctl {

// "default", "group:NAME" or a user, as the broker takes it. No user is called "default".
std::string layer_argument(const std::string& text);
CLI::Option* add_layer(CLI::App* command, const Context& context, std::string& into);

// A version number, or a time as in times.h (a date means the end of that day), as the broker takes
// it. nullopt: it is neither, and that has been said.
std::optional<std::string> moment_argument(Context& context, std::string_view option,
                                           const std::string& text);
// An end: a time, or a duration from now, in seconds since 1970; "" stays "".
std::optional<std::string> end_argument(Context& context, const std::string& text);
std::string_view moment_help(const Context& context);

}  // namespace sudare::ctl

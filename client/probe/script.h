// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "client/probe/command.h"
#include "protocol/core/result.h"

namespace sudare::probe {

// A longer line is refused unread.
inline constexpr std::size_t kLineBytesMax = 64 * 1024;

// One line of a script to its command; nullopt for an empty line and for a comment (#). Errors
// name the word and what was expected.
Result<std::optional<Command>> parse_line(std::string_view line);

// What can be said, a line for each command, for --help.
std::string grammar();

}  // namespace sudare::probe

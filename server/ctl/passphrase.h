// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "server/ctl/context.h"

namespace sudare::ctl {

// From the first line of `file`; without one, asked for on the terminal, without echo. kUnavailable:
// there is neither.
Result<std::string> read_passphrase(const Context& context, const std::string& file);
// A new one: twice on the terminal, and long enough.
Result<std::string> new_passphrase(const Context& context, const std::string& file);
inline constexpr std::size_t kPassphraseBytesMin = 12;

}  // namespace sudare::ctl

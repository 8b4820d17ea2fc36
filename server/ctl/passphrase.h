// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "server/ctl/context.h"

namespace sudare::ctl {

// What is asked for, in both languages.
struct Prompt {
    std::string_view english = "Passphrase of the CA's key: ";
    std::string_view japanese = "認証局の鍵のパスフレーズ: ";
};

// From the first line of `file`; without one, asked for on the terminal, without echo. kUnavailable:
// there is neither.
Result<std::string> read_passphrase(const Context& context, const std::string& file, const Prompt& prompt = {});
// A new one: twice on the terminal, and long enough.
Result<std::string> new_passphrase(const Context& context, const std::string& file, const Prompt& prompt = {});
inline constexpr std::size_t kPassphraseBytesMin = 12;

}  // namespace sudare::ctl

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// An account whose password is a directory's has this where others have the hash of theirs. It is no
// hash: no password fits it, whoever forgets to ask in_directory().
namespace sudare::auth {

inline constexpr std::string_view kInDirectory = "directory";

inline bool in_directory(const std::string& stored) { return stored == kInDirectory; }

}  // namespace sudare::auth

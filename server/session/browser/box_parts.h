// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "protocol/core/result.h"
#include "server/session/browser/box.h"

// What every box has, whatever runs in it: inside this folder only.
namespace sudare::browser {

using Arguments = std::vector<std::string>;

void add(Arguments& out, std::initializer_list<std::string> more);
void add_tmpfs(Arguments& out, std::uint32_t mib, const std::string& where, const char* mode);
// New namespaces of every kind, no capabilities, dies with the launcher.
void add_isolation(Arguments& out);
// The system: read-only, owned by root, nothing of the host's /etc but fonts and the library
// index. The font cache saves the scan of all fonts at each start.
void add_system(Arguments& out);
void add_variable(Arguments& out, const char* name, const std::string& value);
// Directories of the account, locale and fonts, on an environment that is empty otherwise.
void add_environment(Arguments& out, Locale locale);

// A box that starts `command`; with the account and the outer seccomp filter. `arguments` are all
// that stands before them.
Result<Box> close_box(Arguments arguments, const std::vector<std::string>& command);

// The bytes as a sealed file that the box gets as descriptor `number`.
Result<void> hand_in(Box& box, const char* name, const std::string& bytes, int number);
// Free for files of a box's own.
inline constexpr int kFirstFreeFd = 14;

}  // namespace sudare::browser

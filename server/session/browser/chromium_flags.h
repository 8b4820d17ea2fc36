// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "protocol/core/terminal.h"

namespace sudare::browser {

// The command that runs in the box: constants and one enum, so that its argv is one of a finite
// set. Everything that an administrator can choose, the start page included, travels in the
// policy file. The real executable, not Debian's wrapper script, which adds flags of its own
// (reference/security.md 6.1). Windows have tabs, address bar and back button; the compositor
// makes them as large as the picture.
std::vector<std::string> chromium_command(Locale locale);

}  // namespace sudare::browser

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/recorder/settings.h"

namespace sudare::recorder {

// What stays: accepting on its socket, and new files in the directory of the recordings,
// to which it appends. No connection; no file that is there already can be read, changed or
// deleted.
Result<void> enter_sandbox(const Settings& settings);

}  // namespace sudare::recorder

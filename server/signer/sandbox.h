// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/signer/settings.h"

namespace sudare::signer {

// Its socket is open, its key in memory: what is left is answering, and replacing one small file in
// its own directory. No socket can be made, no program started.
Result<void> enter_sandbox(const Settings& settings);

}  // namespace sudare::signer

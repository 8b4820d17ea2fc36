// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/base/sandbox.h"

namespace sudare::decoder {

// What sudare-decoder may still do once its memory and pipes exist: compute, wait, and
// read and write descriptors that are open. The list is OpenSSH's pre-authentication sandbox
// without its key handling, tried in reference/trials.md section 3. Calls: 23.
Sandbox decoder_sandbox();

}  // namespace sudare::decoder

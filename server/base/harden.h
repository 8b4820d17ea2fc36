// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/core/result.h"

namespace sudare {

// For a program that is about to read a key: no core file, no ptrace by others of the same user.
// kSystem with errno when the kernel refuses.
Result<void> harden();

}  // namespace sudare

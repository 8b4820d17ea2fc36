// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/core/result.h"

namespace sudare::relay {

// What a relay keeps: its descriptors, and those that the host sends it.
Result<void> enter_sandbox();

}  // namespace sudare::relay

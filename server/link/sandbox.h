// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/core/result.h"

namespace sudare::link {

// What a link keeps: its four descriptors and the one connection that the gateway sends it.
Result<void> enter_sandbox();

}  // namespace sudare::link

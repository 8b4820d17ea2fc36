// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "protocol/core/result.h"
#include "server/gateway/settings.h"

namespace sudare::gateway {

// What a gateway keeps: its listener, connections to the broker and the session host, the
// directories of its certificates, and starting programs of `programs`. Links inherit it and add
// their own, so it also permits what a link needs until then.
Result<void> enter_sandbox(const Settings& settings, const std::string& programs);

}  // namespace sudare::gateway

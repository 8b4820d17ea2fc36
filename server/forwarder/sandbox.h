// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/forwarder/settings.h"

namespace sudare::forwarder {

// What stays: connections outward, reading the audit log, and its position. To whom it connects no
// filter of this kernel can say; the border's firewall does.
Result<void> enter_sandbox(const Settings& settings);

}  // namespace sudare::forwarder

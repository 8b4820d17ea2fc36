// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/broker/core.h"
#include "server/broker/policy_text.h"

namespace sudare::broker {

// Places a hold: recorded (hold_set) and on the disk first, then stored; when this returns nothing that
// it keeps is deleted any more. `hold` says name, reason, user, session, since, until and setter; id and
// set_at are made here. Its number, or why not, with nothing changed:
//   kBadInput: name, reason or time; kState: one of that name stands, or 1000 do; kUnavailable: the log.
// Loop thread only.
CtlResult<std::uint32_t> place_hold(Core& core, store::Hold hold);

}  // namespace sudare::broker

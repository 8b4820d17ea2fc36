// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>

#include "server/broker/change/plan.h"

namespace sudare::broker {

// Those whose groups, or whose group's layer or place, change.
Result<std::set<std::uint32_t>> members_concerned(const Plan& plan, store::Store& store);

}  // namespace sudare::broker

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "protocol/ipc/broker_ctl.h"

namespace sudare::ctl {

// The value of a column as text, escaped for a terminal; empty when the row has none of that name.
std::string text_of(const ipc::CtlRow& row, std::string_view name);

}  // namespace sudare::ctl

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace sudare::bundle {

// The closed lists of events and fields of the log (server/broker/audit/events.h) as JSON.
std::string schema_json();

}  // namespace sudare::bundle

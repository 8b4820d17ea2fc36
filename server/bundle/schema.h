// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace sudare::bundle {

// The closed lists of events and fields of the log (server/broker/audit/events.h) as JSON: number,
// name, kind of a field, and the meaning in English and Japanese. docs/audit-schema.json is this text.
std::string schema_json();

}  // namespace sudare::bundle

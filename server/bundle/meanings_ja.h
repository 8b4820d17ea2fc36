// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

// What events and fields of the log mean, in Japanese, by their names; empty: not told. Beside the table
// of events, because the broker needs none of it.
namespace sudare::bundle {

std::string_view event_meaning_ja(std::string_view event);
std::string_view field_meaning_ja(std::string_view field);

}  // namespace sudare::bundle

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace sudare::browser {

// The part of the Chromium policy that is the same for every session, as JSON text.
std::string_view chromium_policy_base();

}  // namespace sudare::browser

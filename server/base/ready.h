// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace sudare {

// Prints "READY detail" on stdout, once, when the program serves: whoever started it waits for
// this line and never sleeps.
void print_ready(std::string_view detail = {});

}  // namespace sudare

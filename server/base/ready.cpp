// SPDX-License-Identifier: Apache-2.0
#include "server/base/ready.h"

#include <cstdio>
#include <string>

namespace sudare {

void print_ready(std::string_view detail) {
    const std::string line = detail.empty() ? "READY\n" : "READY " + std::string(detail) + "\n";
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fflush(stdout);
}

}  // namespace sudare

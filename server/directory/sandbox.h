// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "server/directory/settings.h"

namespace sudare::directory {

// What stays: streams and datagrams over IPv4 and IPv6, and reading the authority's file and those by
// which names are resolved. The threads that do this are started within it.
Result<void> enter_sandbox(const Settings& settings, const std::function<Result<void>()>& start_threads);

}  // namespace sudare::directory

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "client/selftest/options.h"
#include "client/selftest/outcome.h"

// Tries in real sessions, each in a fresh one that shows the probe page as its start page. The control of
// each is in the same session: the page came and took a key, an address that was typed opened, a message
// in order was answered. Below the browser's bars only; nothing there is hidden by a key.
namespace sudare::selftest {

using Report = std::function<void(const Outcome&)>;

// Each is reported as soon as it is over. Everything that happens in the page or by the browser's keys,
// and a message of an unknown type.
void try_in_pages(const Options& options, const Report& report);
// The private hosts, and a message that is too long.
void try_private_addresses(const Options& options, const Report& report);

}  // namespace sudare::selftest

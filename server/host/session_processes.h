// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/core/result.h"
#include "protocol/core/terminal.h"
#include "server/base/spawn.h"
#include "server/host/cgroup.h"
#include "server/host/settings.h"
#include "server/host/slot.h"
#include "server/host/slot_directory.h"

// What exactly is started for a slot. Every argv is a constant; see host_relay.h, host_session.h
// and host_egress.h for the descriptors.
namespace sudare::host {

struct ProcessContext {
    const Settings& settings;
    SlotNumber slot;
    const SlotDirectory& directory;
    const SessionCgroup& cgroup;
};

Result<Child> start_session(const ProcessContext& context, int control);
Result<Child> start_egress(const ProcessContext& context, int control);
Result<Child> start_browser(const ProcessContext& context, Locale locale);
// For policies that permit keys and no text. kNotFound: the machine has none.
Result<Child> start_input_method(const ProcessContext& context, Locale locale);

struct TlsFiles;
Result<Child> start_relay(const Settings& settings, SlotNumber slot, const TlsFiles& tls,
                          int connection, int control);

}  // namespace sudare::host

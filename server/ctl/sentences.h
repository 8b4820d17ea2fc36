// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "protocol/ipc/broker_ctl.h"
#include "server/broker/audit/events.h"
#include "server/ctl/context.h"

// What a record says, as a sentence for somebody who knows no names of events: a prosecutor, the person
// concerned. All that comes from outside stands as it is in the row, escaped there already.
namespace sudare::ctl {

// An event without a sentence of its own is told by its name and meaning.
std::string sentence_of(const ipc::CtlRow& row, Language language);

// Parts of a recording that were stored one after the other.
std::string sentence_of_segments(const ipc::CtlRow& first, const ipc::CtlRow& last, Language language);

// Events that a session, or the connection that led to it, can have: each has a sentence.
std::span<const audit::EventType> told_events();

}  // namespace sudare::ctl

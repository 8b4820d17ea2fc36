// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

// Identifiers that records hold, in words that fit into a sentence.
namespace sudare::ctl {

struct Words {
    std::string_view name;
    std::string_view english;
    std::string_view japanese;
};

std::span<const Words> end_words();        // EndReason, by name_of: why something ended or was refused
std::span<const Words> cause_words();      // Field::kCause of connections, log-ins, sessions, recordings
std::span<const Words> verdict_words();    // Field::kVerdict
std::span<const Words> refusal_words();    // Field::kKind of EventType::kRefusal
std::span<const Words> alarm_words();      // of EventType::kInputAlarm
std::span<const Words> host_event_words(); // of EventType::kHostEvent

}  // namespace sudare::ctl

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "protocol/evidence/record_view.h"

// A record for scripts and for spreadsheets. Form 1 of the bundle: whoever changes what these write
// for a record that existed before makes bundles that were handed out look changed; that needs a new
// form (manifest.h).
namespace sudare::bundle {

// False: an event or a field that this version does not know, which it therefore cannot name.
bool is_known(const evidence::RecordView& record);

// {"index":5,"time":"2026-11-25T03:01:38.680470123Z","event":"user_added","user":"sakura",...}\n
// Reasons by name, addresses as such, other bytes as hex, text as json_text.
std::string json_line(const evidence::RecordView& record);

// With byte order mark.
std::string csv_header();
// Columns: index, UTC, Japan's time, event, its Japanese name, the fields that people look for first,
// and all fields as name=value.
std::string csv_row(const evidence::RecordView& record);

// "2026-11-25T03:01:38.680470123Z"
std::string utc(std::int64_t nanoseconds);
// "2026-11-25 12:01:38"
std::string japan_time(std::int64_t nanoseconds);

}  // namespace sudare::bundle

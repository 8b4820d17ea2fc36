// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

// The tries of a self-test and what can come of one: names that the tester, sudarectl, the broker,
// its log and the report share. Stable, as in the log; a new try gets a new name.
namespace sudare::self_test {

inline constexpr std::array<std::string_view, 12> kTries{
    "download",        "upload",           "print",           "clipboard_write",
    "clipboard_read",  "private_address",  "dev_tools",       "file_url",
    "unknown_message", "oversize_message", "tls_1_2",         "revoked_certificate"};

// What must come of each try; everything else is an alarm.
inline constexpr std::string_view kRefused = "refused";
// What was tried has happened, wholly or in part.
inline constexpr std::string_view kHappened = "happened";
// Neither could be shown: a try that was not made, or whose control did not succeed.
inline constexpr std::string_view kUnclear = "unclear";
// Refused, as far as the tester saw, and the log does not have the record that must follow.
inline constexpr std::string_view kNoEvidence = "no_evidence";
inline constexpr std::array kResults{kRefused, kHappened, kUnclear, kNoEvidence};

constexpr bool is_try(std::string_view name) {
    return std::ranges::find(kTries, name) != kTries.end();
}
constexpr bool is_result(std::string_view name) {
    return std::ranges::find(kResults, name) != kResults.end();
}

}  // namespace sudare::self_test

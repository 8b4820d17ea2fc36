// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/core/result.h"

// The one definition of every policy field. Validation, `sudarectl policy`, explanations and the
// table in docs/policy.md are made from it (a test compares the document).
namespace sudare::policy {

enum class FieldId : std::uint8_t {
    kAccessEnabled,
    kAccessWeekdays,
    kAccessHours,
    kAccessTerminals,
    kAccessSessionsMax,
    kAccessIdleMinutes,
    kAccessTotalMinutes,
    kAccessResumeMinutes,
    kAccessSecondFactor,
    kAccessPasswordDays,
    kWebAllowByDefault,
    kWebPlainHttp,
    kWebClipboard,
    kWebStartPage,
    kWebHosts,
    kWebDeniedUrls,
    kWebBookmarks,
    kWebConnectionsMax,
    kWebMegabytesPerDay,
    kInputKeyboard,
    kInputPointer,
    kInputText,
    kInputCharactersPerMinute,
    kInputBlocked,
    kInputProfile,
    kDisplayWidthMax,
    kDisplayHeightMax,
    kDisplayFramesPerSecond,
    kDisplayKilobitsPerSecond,
    kDisplayWatermark,
    kEvidenceRecording,
    kEvidenceSecondReviewer,
    kEvidenceRetentionDays,
};
inline constexpr std::size_t kFieldCount = 33;

enum class FieldType : std::uint8_t {
    kFlag,       // true, false
    kNumber,     // low..high
    kChoice,     // one of the words
    kWords,      // comma-separated subset of the words, or "none"
    kHours,      // comma-separated HH:MM-HH:MM, broker's local time
    kNames,      // comma-separated terminal names, or "any"
    kUrl,        // http(s)://... or about:blank
    kHostRules,  // comma- or line-separated allow:PATTERN[:PORT], deny:PATTERN[:PORT], allow:@LIST, deny:@LIST
    kUrlList,    // line-separated Chromium URLBlocklist patterns
    kBookmarks,  // line-separated TITLE|URL
};

// When a new value permits more than the old one.
enum class Loosens : std::uint8_t {
    kNever,
    kWhenTrue,
    kWhenGreater,
    kWhenGreaterZeroUnlimited,  // 0 is more than every number
    kWhenSmaller,
    kWhenSmallerZeroUnlimited,  // 0 is more than every number
    kWhenWordAdded,
    kWhenWordRemoved,
    kHours,       // covers a minute that was not covered
    kNames,       // adds a name, or becomes "any"
    kHostRules,   // adds a permission or drops a denial
    kListShrinks,  // drops an entry
    kOrigin        // another scheme, host or port, which is then permitted
};

struct FieldRow {
    FieldId id;
    std::string_view name;  // "web.hosts"
    FieldType type;
    std::uint32_t low, high;                  // kNumber
    std::span<const std::string_view> words;  // kChoice in rising order, kWords in bit order
    std::string_view initial;                 // canonical text of the built-in default
    Loosens loosens;
    std::string_view enforced;  // by which programs, today, or kNowhereYet
    std::string_view english;
    std::string_view japanese;
};

inline constexpr std::string_view kNowhereYet = "nowhere yet";
// False: only the default may be set, since no program does anything by another value.
constexpr bool is_enforced(const FieldRow& row) { return row.enforced != kNowhereYet; }

std::span<const FieldRow> field_rows();
const FieldRow* row_of(std::string_view name);
const FieldRow& row_of(FieldId id);
// "true, false", "1..480", ...: what may be written, for help and errors.
std::string syntax_of(const FieldRow& row);

struct HourRange {
    std::uint16_t from = 0, to = 0;  // minutes of the day, from < to <= 1440
    friend bool operator==(const HourRange&, const HourRange&) = default;
};

// kFlag and kNumber and kChoice (index) and kWords (bits) are numbers; kUrl is a text; hours and
// lists are what they say, each entry in canonical form.
using Value =
    std::variant<std::uint32_t, std::string, std::vector<HourRange>, std::vector<std::string>>;

// Value of a text as an administrator writes it. Errors name field, value and what is permitted.
Result<Value> parse(const FieldRow& row, std::string_view text);
// The one canonical text: parse(format(v)) == v.
std::string format(const FieldRow& row, const Value& value);
bool loosens(const FieldRow& row, const Value& before, const Value& after);

struct HostRuleText {
    bool allow = false;
    std::uint16_t port = 0;
    std::string pattern;
};
Result<HostRuleText> parse_host_rule(std::string_view text);

}  // namespace sudare::policy

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

// What committed text may hold: well-formed UTF-8 (no surrogates, no overlong forms), assigned
// code points, no control, no format (bidi, joiners, tags) except variation selectors that
// follow a character (names of people need U+E0100..E01EF), no private use, no line or
// paragraph separators. Never normalised: NFC would change U+FA10, U+FA19 and U+FA1B.
namespace sudare::wire {

enum class TextFault : std::uint8_t { kNone, kEmpty, kTooLong, kNotUtf8, kNotPermitted };

struct TextJudgement {
    TextFault fault = TextFault::kNone;
    std::size_t code_points = 0;
};

// For one Text message: 1..limits::kTextCodePointsMax code points.
TextJudgement judge_text(std::string_view utf8);

// Splits well-formed UTF-8 into pieces of at most kTextCodePointsMax code points; a variation
// selector or combining mark stays with its base. Empty when the input is not well-formed.
std::vector<std::string_view> split_text(std::string_view utf8);

}  // namespace sudare::wire

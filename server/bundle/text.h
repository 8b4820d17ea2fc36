// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

// Text from outside, so that it can forge no line, drive no terminal and look like nothing else. The
// rule is fixed by a list of its own, not by the version of some library: what one program renders
// another must be able to render again, years later. Escaped are control and format characters (bidi,
// zero width, line and paragraph separators, tags, byte order mark), and bytes that are no UTF-8.
namespace sudare::bundle {

// A JSON string with its quotes; what is escaped, as \uXXXX. A byte that is no UTF-8 is the text \xNN.
std::string json_text(std::string_view text);
// Whether json_text could have written it.
bool is_json_text(std::string_view text);
// For people: the same characters as \uXXXX, bytes as \xNN.
std::string visible(std::string_view text);

inline std::string_view as_text(std::span<const std::uint8_t> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace sudare::bundle

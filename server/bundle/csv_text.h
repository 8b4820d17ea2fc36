// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

// Tables for spreadsheet programs (RFC 4180).
namespace sudare::bundle {

// For programs that know UTF-8 by it.
inline constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";

// A cell that no spreadsheet program takes for a formula: an apostrophe before = + - @, tab, line end
// (also those characters in full width), line and control characters as spaces.
std::string csv_cell(std::string text);
// With CRLF at the end.
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace sudare::bundle

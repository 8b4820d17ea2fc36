// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/core/result.h"
#include "server/bundle/csv_text.h"

// Tables as spreadsheet programs write them (RFC 4180), read by libcsv.
namespace sudare::ctl {

struct CsvRow {
    std::size_t line = 0;  // of the file, from 1, on which it ends
    std::vector<std::string> cells;
};
struct CsvTable {
    std::vector<std::string> header;
    std::vector<CsvRow> rows;  // each with as many cells as the header
};

enum class Encoding { kAuto, kUtf8, kShiftJis };

// UTF-8 of a file's bytes, without byte order mark. Shift_JIS is what Windows writes under that name
// (code page 932: with 髙 and 﨑). kAuto: UTF-8 when it is that. kBadInput: names the line.
Result<std::string> decode(std::string_view bytes, Encoding encoding);
// Shift_JIS of UTF-8. kBadInput: names the first character that it does not have.
Result<std::string> encode_shift_jis(std::string_view text);

// Cells without white space around them, line breaks in them as line feeds. kBadInput: names the line.
Result<CsvTable> read_csv(std::string_view text);
// Writing: server/bundle/csv_text.h.
using bundle::csv_cell;
using bundle::csv_line;

}  // namespace sudare::ctl

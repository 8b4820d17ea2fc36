// SPDX-License-Identifier: Apache-2.0
#include "server/bundle/csv_text.h"

#include <algorithm>
#include <string_view>

namespace sudare::bundle {

std::string csv_line(const std::vector<std::string>& cells) {
    std::string out;
    for (const std::string& cell : cells) {
        if (&cell != &cells.front())
            out += ',';
        if (cell.find_first_of(",\"\r\n") == std::string::npos) {
            out += cell;
            continue;
        }
        out += '"';
        for (const char c : cell)
            out += c == '"' ? std::string("\"\"") : std::string(1, c);
        out += '"';
    }
    return out + "\r\n";
}

std::string csv_cell(std::string text) {
    constexpr std::string_view kFormula[] = {"=",  "+",  "-",  "@",  "\t", "\r",
                                             "\n", "＝", "＋", "－", "＠"};
    const bool formula = std::ranges::any_of(
        kFormula, [&](std::string_view begin) { return text.starts_with(begin); });
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            c = ' ';
    return formula ? "'" + text : text;
}

}  // namespace sudare::bundle

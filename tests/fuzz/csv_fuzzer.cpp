// SPDX-License-Identifier: Apache-2.0
// A file that somebody gives to sudarectl import. What is read has whole rows, and written it reads the same.
#include "server/ctl/csv.h"

using namespace sudare::ctl;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const auto text = decode({reinterpret_cast<const char*>(data), size}, static_cast<Encoding>(size % 3));
    const auto table = text ? read_csv(*text) : tl::unexpected(text.error());
    if (!table)
        return 0;
    std::string again = csv_line(table->header);
    for (const CsvRow& row : table->rows)
        again += csv_line(row.cells);
    const auto second = read_csv(again);
    if (!second || second->header != table->header || second->rows.size() != table->rows.size())
        __builtin_trap();
    for (std::size_t i = 0; i < table->rows.size(); ++i)
        if (table->rows[i].cells.size() != table->header.size() || table->rows[i].cells != second->rows[i].cells)
            __builtin_trap();
    return 0;
}

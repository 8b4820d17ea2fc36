// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "protocol/ipc/broker_ctl.h"
#include "server/ctl/context.h"
#include "server/ctl/rows.h"

namespace sudare::ctl {

// One request to the broker: rows go to on_row as they come, and a file's bytes to on_chunk, which says
// whether to go on. Prints failures and sets the exit
// code. True when the broker said Done and nothing waits for a second person.
bool ask(Context& context, ipc::CtlRequest request, const std::vector<std::string>& arguments,
         const std::function<void(const ipc::CtlRow&)>& on_row = {},
         const std::function<bool(std::span<const std::uint8_t>)>& on_chunk = {});

// A row as JSON, numbers and flags as such; without the names in `without`.
boost::json::object json_of(const ipc::CtlRow& row, std::string_view without = {});

// So that no value looks like more fields: in quotes when it has a space, = or a quote (as \x22).
std::string quoted_word(const std::string& value);

// Rows as an aligned table of these columns (name in the row, English and Japanese heading); with
// --json one object per line. Widths count wide East Asian characters as two.
struct Column {
    std::string_view name;
    std::string_view english;
    std::string_view japanese;
    bool is_time = false;            // seconds since 1970, shown as local time; 0 as nothing
    std::string_view present = {};  // name of a flag of the row; false: shown as "-"
};
void print_table(const Context& context, const std::vector<ipc::CtlRow>& rows,
                 const std::vector<Column>& columns);
bool ask_table(Context& context, ipc::CtlRequest request, const std::vector<std::string>& arguments,
               const std::vector<Column>& columns);

}  // namespace sudare::ctl

// SPDX-License-Identifier: Apache-2.0
#include "server/ctl/rows.h"

#include <algorithm>

#include "server/base/log.h"

namespace sudare::ctl {

std::string text_of(const ipc::CtlRow& row, std::string_view name) {
    const auto found = std::ranges::find(row, name, &ipc::CtlField::name);
    if (found == row.end())
        return {};
    if (const auto* text = std::get_if<std::string>(&found->value))
        return printable(*text);
    if (const auto* number = std::get_if<std::uint64_t>(&found->value))
        return std::to_string(*number);
    return std::get<bool>(found->value) ? "true" : "false";
}

}  // namespace sudare::ctl

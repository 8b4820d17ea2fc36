// SPDX-License-Identifier: Apache-2.0
// The arguments of a search as lines; what is taken must be fit to ask a record with.
#include <sstream>

#include "server/broker/evidence/asked.h"

using namespace sudare;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::istringstream lines(std::string(data, data + size));
    std::vector<std::string> arguments;
    for (std::string line; std::getline(lines, line);)
        arguments.push_back(line);
    const auto asked = search::asked_for(arguments);
    if (!asked)
        return asked.error().english.empty() || asked.error().japanese.empty() ? std::abort(), 0 : 0;
    for (const std::uint16_t field : std::initializer_list<std::uint16_t>{0, 1, 6, 7, 12})
        for (const auto& criterion : asked->query.criteria)
            (void)criterion.meets({field, asked->filter});
    return asked->last <= 10'000 && asked->query.criteria.size() < 64 ? 0 : (std::abort(), 0);
}

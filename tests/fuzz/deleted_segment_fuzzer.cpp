// SPDX-License-Identifier: Apache-2.0
// What stays of a segment that was deleted by rule. It has one text only; a log that begins with it is walked.
#include <cstdlib>

#include "server/verify/check.h"

using namespace sudare;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    const auto deleted = evidence::read_deleted(text);
    if (deleted && evidence::write_deleted(*deleted) != text)
        std::abort();
    verify::LogSource source;
    source.segments.push_back({"", deleted ? deleted->range.begin() : 0, nullptr, deleted});
    (void)verify::check_log(source, {});
    return 0;
}

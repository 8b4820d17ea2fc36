// SPDX-License-Identifier: Apache-2.0
// A recording file from anywhere: the heads of its segments, and entries as a hostile link might
// have sealed them.
#include <cstdlib>

#include "protocol/recording/opener.h"

using namespace sudare::recording;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span<const std::uint8_t> file(data, size);
    if (const auto opener = Opener::create(file))
        for (const Opener::Segment& segment : opener->segments())
            if (const auto bytes = opener->bytes_of(segment); bytes.data() + bytes.size() > data + size)
                std::abort();
    if (const auto entries = read_entries({0, 0, 0, kSegmentMs, 0}, file))
        for (const Entry& entry : *entries)
            if (!is_recorded(entry.frame.type) || entry.at_ms > kSegmentMs)
                std::abort();
    return 0;
}

// SPDX-License-Identifier: Apache-2.0
// What the broker writes for the sweep, and the sweep for the broker. Each has one text only.
#include <cstdint>
#include <cstdlib>

#include "protocol/ipc/sweep_list.h"

using namespace sudare;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    if (const auto list = ipc::read_sweep_list(text); list && ipc::write_sweep_list(*list) != text)
        std::abort();
    if (const auto swept = ipc::read_swept(text); swept && ipc::write_swept(*swept) != text)
        std::abort();
    return 0;
}

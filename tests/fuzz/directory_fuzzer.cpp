// SPDX-License-Identifier: Apache-2.0
// What crosses the border between broker and sudare-directory; the first byte chooses the reader.
#include "protocol/ipc/broker_directory.h"

using namespace sudare;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    const std::span<const std::uint8_t> payload(data + 1, size - 1);
    switch (data[0] % 3) {
        case 0: (void)ipc::read_directory_groups(payload); break;
        case 1: (void)ipc::read_directory_check(payload); break;
        default: (void)ipc::read_directory_verdict(payload); break;
    }
    return 0;
}

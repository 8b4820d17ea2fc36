// SPDX-License-Identifier: Apache-2.0
// Payloads of the inner borders; the first byte chooses the reader.
#include "protocol/ipc/host_egress.h"
#include "protocol/ipc/link_host.h"
#include "protocol/ipc/link_recorder.h"

using namespace sudare;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    const std::span<const std::uint8_t> payload(data + 1, size - 1);
    Reader in(payload);
    switch (data[0] % 9) {
        case 0: (void)ipc::read_session_start(payload); break;
        case 1:  // what has been read, written reads the same
            if (const auto policy = ipc::read_policy_payload(payload))
                if (const auto again = ipc::read_policy_payload(ipc::write_policy_payload(*policy)); !again || *again != *policy)
                    __builtin_trap();
            break;
        case 2: (void)ipc::read_egress_config(payload); break;
        case 3: (void)ipc::read_destination(in); break;
        case 5: (void)ipc::read_session_resume(payload); break;
        case 6: (void)ipc::read_recording_begin(payload); break;
        case 7: (void)ipc::read_recorder_fault(payload); break;
        case 8: (void)ipc::read_recorder_mark(payload); break;
        default: (void)ipc::read_host_event(payload); break;
    }
    return 0;
}

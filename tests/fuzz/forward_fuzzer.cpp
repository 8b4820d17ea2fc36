// SPDX-License-Identifier: Apache-2.0
// Forwarding: the border, the position's file, a record made a message (the first byte: sent again).
#include <cstdlib>

#include "protocol/ipc/broker_forwarder.h"
#include "server/forwarder/message.h"
#include "server/forwarder/position.h"

using namespace sudare;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span<const std::uint8_t> bytes(data + (size > 0), size - (size > 0));
    const std::string text(bytes.begin(), bytes.end());
    const auto durable = ipc::parse_forward_durable(bytes);
    const auto report = ipc::parse_forward_report(bytes);
    const auto position = forwarder::read_position(text);
    const auto record = evidence::record_view(bytes);
    const std::string message =
        record ? forwarder::message_of(*record, {}, data[0] % 2 == 0, {"h", 1, 1024}) : "";
    if ((durable && ipc::payload_of(*durable) != std::vector(bytes.begin(), bytes.end())) ||
        (report && ipc::payload_of(*report) != std::vector(bytes.begin(), bytes.end())) ||
        (position && forwarder::write_position(*position) != text) || message.size() > 1024 ||
        message.find_first_of(std::string("\0\n\r\x1b\x7f", 5)) != std::string::npos)
        std::abort();
    return 0;
}

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "server/broker/audit/record.h"

// Values of records as people and scripts read them: reasons by name, addresses and hashes as
// text, all text from outside escaped (control, bidi and line characters become \xNN), so that no
// name can forge a line or drive a terminal.
namespace sudare::audit {

std::string render(const Entry& entry);

// 16 bytes, IPv6 or IPv4-mapped: "192.0.2.1", "2001:db8::1".
std::string render_address(std::span<const std::uint8_t> address);

// "2026-11-24T09:30:00.123456Z"
std::string render_time(std::int64_t nanoseconds);

}  // namespace sudare::audit

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "protocol/core/result.h"
#include "protocol/ipc/host_egress.h"

// The address forms of settings files: numbers only, since a launcher resolves no names.
namespace sudare::host {

// "192.0.2.1", "192.0.2.1:53", "2001:db8::1", "[2001:db8::1]:53". Errors: kBadInput.
Result<ipc::SocketAddress> parse_socket_address(const std::string& text, std::uint16_t port);

// "portal.example:443=10.1.2.3": this name and port may be reached at this address.
Result<ipc::PrivateSite> parse_private_site(const std::string& text);

// "10.0.0.0/8", "2001:db8::/32"; without "/n" one address. Prefix in bits of the 128-bit form.
Result<ipc::AddressBlock> parse_address_block(const std::string& text);

// The "nameserver" lines of a resolv.conf, at most four; unusable lines are skipped.
std::vector<ipc::SocketAddress> system_resolvers(const std::string& resolv_conf_text);

}  // namespace sudare::host
